"""Ideas of the same field put together by chance from turns of phrase: the stock sentences that many ideas share.

Chance comes as `draw`, which returns a number from 0 up to 1, so that a set is the same in every Python.
"""

import re
from collections.abc import Callable, Sequence

Draw = Callable[[], float]

SLOTS = {
    "place": "bakery,bistro,canteen,food truck,hotel kitchen,ice cream parlour,juice bar,pizzeria,delicatessen,"
    "butcher's shop,tea house,winery,brew pub,noodle bar,vegan café,catering firm,fish shop,spice shop",
    "people": "cooks,waiters,guests,owners,growers,drivers,dishwashers,tasters,buyers,apprentices,regulars,neighbours",
    "thing": "a label printer,a shelf sensor,a loyalty card,a supplier portal,a tasting notebook,a rota planner,"
    "a recipe scaler,a waste diary,a price board,a table map,a delivery locker,a menu editor,a stock counter",
    "food": "sourdough,oysters,lentils,goat cheese,sorbet,dumplings,pickles,chocolate,mushrooms,olive oil,cider,"
    "saffron,ramen,marmalade,pastries,smoked trout",
    "trouble": "half-empty deliveries,missing signatures,late suppliers,double bookings,forgotten allergens,"
    "broken cold chains,unpaid invoices,wrong forecasts,lost recipes,slow tills",
    "number": "seven,nine,twelve,fourteen,eighteen,twenty-two,thirty-one,forty,fifty-five,sixty",
    "town": "Porto,Lyon,Graz,Bergen,Turin,Gdansk,Cork,Basel,Malmo,Seville,Antwerp,Leeds",
    "when": "before the doors open,on Sunday evening,at the end of each shift,once a week,while the dough rests,"
    "in the quiet hour after lunch,on the first of the month",
    "gain": "fewer complaints,shorter queues,less waste,calmer evenings,better margins,fuller tables,longer loyalty",
}
SENTENCES = (
    (
        "Every {place} knows {trouble} and lives with them.",
        "{trouble} cost a {place} more than its rent.",
        "Nobody in a {place} has time for {trouble} {when}.",
        "Ask {people} what annoys them and they say {trouble}.",
        "The trade has accepted {trouble} as one accepts the weather.",
        "{people} leave a {place} because of {trouble}, not because of money.",
        "In {town} we counted {trouble} for {number} days in one {place}.",
        "What looks like bad luck in a {place} is mostly {trouble}.",
        "{number} of the {people} we met had given up on {trouble}.",
        "There is software for {food} and none for {trouble}.",
    ),
    (
        "We build {thing} that {people} understand without a manual.",
        "The answer is {thing}, small enough to hang beside the {food}.",
        "{thing} does one job {when} and then gets out of the way.",
        "At its heart is {thing} which speaks to the till that is there already.",
        "{people} open {thing} {when} and see one number.",
        "Instead of a dashboard there is {thing} with {number} keys.",
        "{thing} replaces the paper that hangs over the {food}.",
        "With {thing} even {people} who hate computers join in.",
        "We began with {food}, since {thing} pays off there first.",
        "Two {people} and {thing} do what took an office.",
    ),
    (
        "It reads what was sold of {food} and compares it with the same week last year.",
        "Each entry is kept on the device, so a dead network stops nobody in the {place}.",
        "When {food} runs low a message goes to {people} and to the supplier.",
        "A photograph of the {food} is enough; the rest is filled in.",
        "Rules are written in plain words, for example no {food} after ten.",
        "The first setup takes {number} minutes and one cup of coffee.",
        "It learns from corrections that {people} make {when}.",
        "Where two sources disagree about {food} it asks instead of guessing.",
        "Data leaves the {place} only as sums over {number} days.",
        "An old phone with a cracked screen runs it well beside the {food}.",
    ),
    (
        "In {town} a {place} tried it for {number} weeks and kept it.",
        "The trial with {number} {people} brought {gain}.",
        "After {number} days the {place} reported {gain} and asked for a second one.",
        "We measured {gain} in {town}, where the season is short.",
        "A {place} in {town} shows its figures to whoever asks.",
        "{people} in {town} noticed {gain} before we told them.",
        "Only one of {number} pilots ended early, over {trouble}.",
        "The best proof is a {place} that would not give it back.",
        "Numbers from {town}: {number} percent down in {trouble}.",
        "We publish what went wrong too, mostly {trouble} in week two.",
    ),
    (
        "The price is {number} dollars a month for a {place}.",
        "A {place} pays by the kilo of {food} and nothing in a closed month.",
        "{number} dollars a year are less than one evening of {trouble}.",
        "Chains pay per site, single {people} pay nothing.",
        "We take one percent of what {gain} are worth, measured by the till.",
        "The supplier of {food} pays, because {gain} are his as well.",
        "Hardware is sold at cost, {number} dollars, with a five year promise.",
        "Whoever leaves within {number} weeks has the money back.",
        "A free plan covers one {place}; the second one pays.",
        "Margins are {number} percent from the first customer in {town}.",
    ),
    (
        "We reach {people} through the school where they learned the trade.",
        "The fair in {town} is where a {place} decides about its year.",
        "Each {place} brings the next, as {people} change jobs every spring.",
        "Wholesalers of {food} visit {number} kitchens a day and carry our card.",
        "A printed map of {town} with every {place} that takes part is our only advertisement.",
        "The guild writes about {gain} in its letter.",
        "We cook in a {place} for a day and leave {thing} behind.",
        "Accountants recommend it since {trouble} end up on their desks.",
        "Tourist offices in {town} list who offers {food} with it.",
        "We start in {town} and move along the railway.",
    ),
    (
        "The first version needs {number} screens and one table of {food}.",
        "Acceptance: {people} finish the whole round {when} without help.",
        "Import of old lists has to cope with {trouble}.",
        "Later comes {thing}, but not before {number} paying customers.",
        "It must start within two seconds {when}.",
        "Roles are owner and {people}; nobody else sees prices.",
        "Reports go out {when} and fit on one page.",
        "A test kitchen in {town} tries each release on {food}.",
        "The riskiest part is {thing}, so it is built first.",
        "Everything is exported as a plain file for the next {place}.",
    ),
)


def chosen(draw: Draw, options: Sequence[str]) -> str:
    """Return one of some texts."""
    return options[int(draw() * len(options))]


def shuffled(draw: Draw, items: Sequence[str]) -> list[str]:
    """Return items in another order."""
    return [item for _, item in sorted((draw(), item) for item in items)]


def written(draw: Draw) -> str:
    """Return an idea of 14 sentences, two of each kind. What it is about stays the same in all of them."""
    theme = {name: chosen(draw, options.split(",")) for name, options in SLOTS.items()}

    def fill(slot: re.Match[str]) -> str:
        same = draw() < 0.6 and slot[1] not in ("number", "when")
        return theme[slot[1]] if same else chosen(draw, SLOTS[slot[1]].split(","))

    sentences = []
    for kind in SENTENCES:
        for frame in shuffled(draw, kind)[:2]:
            sentence = re.sub(r"\{(\w+)\}", fill, frame)
            sentences.append(sentence[0].upper() + sentence[1:])
    return " ".join(sentences)
