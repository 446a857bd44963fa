"""Words that can stand for each other without a reader noticing, and where they may not.

A pair is a place only where both of its forms are right, so that an author's meaning is never touched. `before` and
`after` are the words that may stand beside it, `not_before` and `not_after` those that may not; "" is where a sentence
or a clause begins or ends. `behind` is a pattern that the following text has to begin with. Where the second form can
mean something else as well, the pair goes `one_way`: it is written only where the author wrote the first.
"""

import re
from dataclasses import dataclass, field

ANY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ways to write one thing, in lower case. `family` is what all spellings of one stem share."""

    first: str
    second: str
    before: frozenset[str] = ANY
    after: frozenset[str] = ANY
    not_before: frozenset[str] = ANY
    not_after: frozenset[str] = ANY
    behind: re.Pattern[str] | None = None
    family: str = ""
    # Whether it may begin a sentence: a question that begins with "Isn't" can be said in no other way.
    begins: bool = field(default=True)
    one_way: bool = field(default=False)


def words(text: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(text.split())


COMMA = re.compile(r",")
NUMBER = re.compile(r"\s+[$€£]?\d")
CLOSES = re.compile(r"\s*[.,;:)\n]|\s+(?:and|or|but)\b")
PERSONS = words("i you he she it we they there this that these those one")
ARTICLES = words("a an the")
POSSESSIVES = words("my your his her its our their")
TIMES = words(
    "day week month year hour minute morning evening night time visit order table customer guest user team page"
)
NOT_EVERY = words("almost nearly not practically virtually they we you us them of other")
COMPARATIVES = words(
    "better worse less easier harder cheaper faster slower larger smaller longer shorter higher lower quicker simpler"
)
VERBS = words(
    "has is can will would could should must may knows wants needs pays reads uses does did was had else likes asks"
    " buys sees goes comes gets takes makes finds wins loses cares notices looks waits works answers"
)
NOUN_MARKS = ARTICLES | POSSESSIVES | words("any no each every first second last failed this that another")
# What stands before an adjective: "it is hard to", and not "they work hard to".
ADJECTIVE = words("is are was were be too very so seems remains")
# What is told, asked or known about a number of things is not about as many as that.
ABOUT = words(
    "talk talks talked think thinks know knows ask asks asked care worry learn read reads hear story all what how"
    " something information data facts question questions complain tell tells told bring"
)


# What follows "it is" or "they are" within a clause; at its end the two cannot be drawn together.
OF_BEING = words(
    "a an the no in on at so too very only also about for from by made kept sold used written called shown known asked"
    " easy hard difficult simple enough good better cheap cheaper new open free ready true clear rare plain rough worth"
    " one all always never often still already looking going done built paid gone wrong right more less much"
)
PARTICIPLES = words(
    "been seen made had talked met found tried built used asked done sold changed learned heard"
)
QUESTIONS = words("what where how who which than as whatever wherever whoever when why")
SUBJECTS = ("they", "we", "he", "she", "there")
SAYING = words("think thinks thought know knows knew believe hope say says said found feel see mean means")


def contraction(plain: str, short: str, *, begins: bool = False) -> Pair:
    """Return a verb with "not", apart and together. A question that turns verb and person around has one form only."""
    return Pair(
        plain, short, not_before=words("why how where when what"), not_after=PERSONS | words("have be"), begins=begins
    )  # fmt: skip


CONTRACTIONS = (
    contraction("do not", "don't", begins=True),
    *(contraction(f"{verb} not", f"{verb}n't") for verb in words(
        "does did is are was were has have had would could should")),
    contraction("cannot", "can't"),
    contraction("will not", "won't"),
)  # fmt: skip
PLAIN = (
    ("for example", "for instance"), ("kind of", "sort of"), ("kinds of", "sorts of"), ("everybody", "everyone"),
    ("somebody", "someone"), ("anybody", "anyone"), ("everybody's", "everyone's"), ("somebody's", "someone's"),
    ("towards", "toward"), ("afterwards", "afterward"), ("amongst", "among"), ("each other", "one another"),
    ("in spite of", "despite"), ("as if", "as though"), ("maybe", "perhaps"), ("apart from", "aside from"),
    ("rapidly", "quickly"), ("usually", "normally"), ("often", "frequently"), ("completely", "entirely"),
    ("mostly", "mainly"), ("exactly", "precisely"), ("especially", "particularly"),
    ("immediately", "instantly"), ("begins with", "starts with"),
    ("begin with", "start with"), ("beginning with", "starting with"), ("makes sure that", "ensures that"),
    ("make sure that", "ensure that"), ("tries to", "attempts to"), ("tried to", "attempted to"),
    ("trying to", "attempting to"),
)  # fmt: skip
GUARDED = (
    Pair("nobody", "no one", after=VERBS),
    Pair("each", "every", after=TIMES, not_before=NOT_EVERY),
    Pair("nearly", "almost", not_before=words("not very so"), not_after=words("no none never nothing nobody any")),
    Pair("sometimes", "at times", not_after=words("of when that like as")),
    Pair("at the moment", "right now", not_after=words("of when that a the it they we you")),
    Pair("hard to", "difficult to", before=ADJECTIVE),
    Pair("harder to", "more difficult to", before=ADJECTIVE | words("even much far")),
    Pair("easy to", "simple to", before=ADJECTIVE),
    Pair("about", "around", behind=NUMBER, not_before=ABOUT),
    Pair("roughly", "approximately", behind=NUMBER),
    Pair("big", "large", not_before=words("at so too as how"), not_after=words("and data deal brother bang")),
    Pair("the whole", "the entire", not_after=words("of and or is was thing") | {""}),
    Pair("much", "far", after=COMPARATIVES | words("more"), not_before=words("how so too as not that this very by")),
    Pair("all of the", "all the", not_after=words("time way more better same while rest best")),
    *(Pair(f"all of {one}", f"all {one}") for one in sorted(POSSESSIVES | words("these those"))),
    Pair("needs", "requires", after=words("a an the no only more less one")),
    Pair("choose", "pick", after=ARTICLES | POSSESSIVES | words("one")),
    Pair("chooses", "picks", after=ARTICLES | POSSESSIVES | words("one")),
    Pair("buy", "purchase", before=words("can will must may should could"), after=ARTICLES | words("one more")),
    Pair("try to", "attempt to", not_before=NOUN_MARKS),
    Pair("want to", "wish to", before=words("we they you people guests customers users who")),
    Pair("we have to", "we must", not_after=words("be have not") | {""}),
    Pair("they have to", "they must", not_after=words("be have not") | {""}),
    Pair("happens", "occurs", not_after=words("to") | {""}),
    Pair("once a", "once per", after=words("day week month year hour")),
    Pair("twice a", "twice per", after=words("day week month year hour")),
    Pair("times a", "times per", after=words("day week month year hour")),
    Pair("by hand", "manually", behind=CLOSES, begins=False),
    Pair("in addition", "additionally", before=frozenset({""}), behind=COMMA),
    Pair("therefore", "thus", before=frozenset({""}), behind=COMMA),
    Pair("as a result", "consequently", before=frozenset({""}), behind=COMMA),
    Pair("of course", "naturally", before=frozenset({""}), behind=COMMA),
    Pair("first", "firstly", before=frozenset({""}), behind=COMMA),
    Pair("second", "secondly", before=frozenset({""}), behind=COMMA),
    Pair("finally", "lastly", before=frozenset({""}), behind=COMMA),
    *(Pair(f"{who} will", f"{who}'ll", after=words(
        "be have get see find pay use need want come go take make know ask buy read work do")
    ) for who in ("we", "you", "they", "it")),
)  # fmt: skip
IZE = words(
    "organ real recogn special custom optim minim maxim priorit summar standard personal visual categor digit monet"
    " util general final local apolog emphas central modern author memor stabil synchron item token normal initial"
)
IZE_ENDINGS = ("e", "es", "ed", "ing", "ation", "ations", "er", "ers")
OUR = words("col fav flav neighb behavi hon rum harb hum lab")
OUR_ENDINGS = ("", "s", "ed", "ing", "ful", "less", "ite", "ites", "able", "hood", "al")
DOUBLED = words("travel cancel label model level signal total dial fuel channel")
DOUBLED_ENDINGS = ("ed", "ing", "er", "ers")
OTHER_SPELLINGS = (
    ("centre", "center"), ("centres", "centers"), ("grey", "gray"), ("catalogue", "catalog"),
    ("catalogues", "catalogs"), ("judgement", "judgment"), ("ageing", "aging"), ("analyse", "analyze"),
    ("analysed", "analyzed"), ("analysing", "analyzing"), ("per cent", "percent"),
    ("fulfil", "fulfill"), ("enrol", "enroll"), ("theatre", "theater"), ("litre", "liter"), ("litres", "liters"),
    ("kilometre", "kilometer"), ("kilometres", "kilometers"),
)  # fmt: skip


def spelling(first: str, second: str, family: str) -> Pair:
    """Return two spellings of a word. A text spells one stem in one way throughout, so its place has no neighbours."""
    return Pair(first, second, family=family)


def spellings() -> list[Pair]:
    """Return all words that are spelled in two ways."""
    made = [
        spelling(f"{stem}is{end}", f"{stem}iz{end}", f"{stem}ize")
        for stem in sorted(IZE)
        for end in IZE_ENDINGS
    ]
    made += [
        spelling(f"{stem}our{end}", f"{stem}or{end}", f"{stem}or")
        for stem in sorted(OUR)
        for end in OUR_ENDINGS
    ]
    made += [
        spelling(f"{stem}l{end}", f"{stem}{end}", f"{stem}l")
        for stem in sorted(DOUBLED)
        for end in DOUBLED_ENDINGS
    ]
    made += [spelling(first, second, first[:6]) for first, second in OTHER_SPELLINGS]
    return made


DRAWN_TOGETHER = (
    *(Pair(f"{who} {verb}", f"{who}'{short}", after=OF_BEING, not_before=QUESTIONS) for who, verb, short in (
        ("it", "is", "s"), ("that", "is", "s"), ("there", "is", "s"), ("he", "is", "s"), ("she", "is", "s"),
        ("they", "are", "re"), ("we", "are", "re"), ("you", "are", "re"))),
    *(Pair(f"{who} have", f"{who}'ve", after=PARTICIPLES) for who in ("we", "they", "you")),
    *(Pair(f"{verb} that {who}", f"{verb} {who}") for verb in sorted(SAYING) for who in SUBJECTS),
)  # fmt: skip
ONE_WAY = (
    Pair("because", "since", not_after=words("of") | {""}, one_way=True),
    Pair("until", "till", not_after=words("now") | {""}, one_way=True),
    Pair("although", "though", not_before=words("even as"), one_way=True),
    Pair("very", "really", not_before=words("the this that not"), not_after=words("much few first last") | {""},
         one_way=True),
    Pair("such as", "like", one_way=True),
    Pair("more than", "over", behind=NUMBER, one_way=True),
    Pair("less than", "under", behind=NUMBER, one_way=True),
    Pair("next to", "beside", after=ARTICLES | POSSESSIVES | words("each one"), one_way=True),
    Pair("has to", "must", not_before=words("only never still just all what which not it") | {""},
         not_after=words("do") | {""}, one_way=True),
    Pair("half of the", "half the"),
)  # fmt: skip
PAIRS: tuple[Pair, ...] = (
    *CONTRACTIONS, *DRAWN_TOGETHER, *ONE_WAY, *(Pair(first, second) for first, second in PLAIN), *GUARDED, *spellings(),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """One way of a pair: its words, which pair, and which of the two ways it is."""

    said: tuple[str, ...]
    pair: Pair
    which: int


def by_first_word() -> dict[str, list[Form]]:
    """Return every form by its first word, the longest first."""
    found: dict[str, list[Form]] = {}
    for pair in PAIRS:
        for which, text in enumerate((pair.first, pair.second)):
            said = tuple(text.split())
            found.setdefault(said[0], []).append(Form(said, pair, which))
    for forms in found.values():
        forms.sort(key=lambda form: -len(form.said))
    return found


FORMS = by_first_word()
