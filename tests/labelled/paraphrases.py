"""The same ideas told freely by another hand: no sentence is taken over, the thought is. By the number of the text."""

PARAPHRASES = {
    0: "Every craft bakery guesses its morning production and bins a good part of it at closing time. "
    "Feed the sales history, forecast and term dates into a small predictor, and give the night shift "
    "a printout that lists quantities per product. Staff report leftovers after closing, which "
    "retrains the predictor. Our Austrian field test with three partners cut the discarded share by "
    "five points while availability stayed constant. Customers are charged nineteen euros monthly "
    "against savings near four hundred. The trade association's circular is the channel.",
    1: "Travelling with a gluten-intolerant kid means squinting at foreign packaging. Point your mobile "
    "at it: a frame turns green or red, and questionable terms are highlighted. We rely upon a "
    "curated glossary maintained by nutrition professionals instead of statistics; anything missing "
    "is reported as not known. Households pool their findings across borders. Twenty bucks per year. "
    "National patient groups would distribute it.",
    2: "Mobile kitchens pick pitches out of routine. Combine happenings in town, how full the offices "
    "are and forecasts into a demand chart for the coming midday, minus pitches already taken. Permit "
    "paperwork is done automatically. Card terminals feed results back. Nine vendors in Yorkshire "
    "served roughly forty percent more. The fee is a slice of the improvement, hence fair when it "
    "rains.",
    4: "Canteens in schools find out too late that whole classes are away. Attendance is recorded every "
    "morning anyhow; forward it together with excursion dates so the chef knows exactly how many "
    "portions of which kind are needed. Leftovers get weighed, savings get reported monthly. Sold "
    "through public procurement at under half a dollar per pupil annually, with references of kitchen "
    "chiefs.",
    6: "Seniors on their own skip proper meals out of boredom. Let people next door who are at the stove "
    "already make an extra portion. Matching goes by proximity and preference, cost of food is passed "
    "through, and there is a printed alternative for the phoneless. A helper checks hygiene. Belgian "
    "trial: dozens of lasting pairs, many of whom became company for each other. Sickness funds "
    "finance it because undernourished admissions are expensive.",
    7: "Bean subscriptions fail on timing. Put a weighing pad below the container, let it trigger "
    "dispatch so that fresh stock arrives precisely when the old one is gone, and let the drinker "
    "shift it. The roastery schedules production by these predictions. Hardware is on loan. "
    "Cancellations dropped to a third of the usual. One dollar per parcel is cheaper than winning "
    "somebody new.",
    8: "Artisan creameries document heat by hand for the authorities. Replace the notebook with probes "
    "whose records are tamper-proof and readable for officials via a code. Alarms come as phone calls "
    "at night. Twelve a month for each probe, distributed by the milk-testing labs which come by "
    "regularly. Audits shrink from half a day to minutes.",
    9: "Food intolerance is handled by shouting between floor and stove. Install washable buttons for "
    "each of the legally listed substances at all stations; a press tags the plate in the ordering "
    "system. Diners show a pictogram card, and a mismatch blocks the ticket. No personal records. A "
    "dollar per chair monthly, more than repaid by cheaper cover from the insurer.",
    10: "Unmanned roadside produce stands suffer theft nobody can quantify. Load cells below the boxes "
    "notice goods going out without money coming in, anonymously. Simply displaying the shrinkage "
    "made it drop by half at about a dozen sites. Components cost seventy, rent is seasonal, winter "
    "shows are the sales window.",
    13: "Workplace fruit spoils before the weekend. Instrument the bowl, discover what each storey "
    "actually consumes, and deliver smaller lots more frequently. Billing by consumed item convinces "
    "accountants. Suppliers profit as returns vanish. Building services people are the buyers; they "
    "hate the insects.",
    15: "Pubs leak profit through froth, poor cooling and generosity. Meter every line and hold it "
    "against sales. The owner receives a daily one-liner about the worst line and hour, without "
    "blaming staff, plus a hint when hygiene is due. Beer makers co-finance because they see stock "
    "levels. Shrinkage dropped to about a third; hardware is repaid in little over a month.",
    17: "Shared flats never have clean cookware. Make it a dining club: rotating duos cook for everybody "
    "by a schedule that knows diets and examinations, ingredients arrive in bulk and are charged by "
    "what people ate. Skipping is penalised by washing up. More than a hundred participants saved "
    "real money. Revenue is the grocer's commission.",
    18: "Inpatients choose dishes days ahead on forms that no longer fit. Let them speak their order "
    "shortly before, limited to what their chart permits, via equipment that hangs beside every "
    "mattress. The cooks see demand in real time, waste went down a third, caregivers save walking, "
    "and nutrition staff notice poor appetite early.",
    19: "When the stalls close, unsold produce is lost. Vendors dictate what is left an hour earlier; one "
    "text goes to everybody who can walk there. Pay in person, nothing is shipped. Five dollars on "
    "days of use. People read it as it is rare and punctual.",
}
