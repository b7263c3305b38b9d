"""DUP005: the same words twice side by side, in any script; and the pairs that a language allows."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.lint.rules.repeated_words import KINDS, RULE, detect, repeated_words
from dedup.text.marks import Block
from dedup.text.reading import Reading, read
from dedup.text.tokens import folded
from tests.lint.rules.places import compared
from tests.text.scripts import texts

WORDS = (
    "the",
    "The",
    "a",
    "to",
    "write",
    "pool",
    "très",
    "tres",
    "в",
    "与",
    "的",
    "示",
    "し",
    "を",
    "การ",
    "ให้",
    "12",
    "`x`",
    "한",
)
JOINTS = (
    " ",
    "\n",
    "\n\n",
    ", ",
    ". ",
    "-",
    "",
    "  ",
    " **",
    "** ",
    " [",
    "](u) ",
    "\n- ",
    "\n# ",
    "\n> ",
    "|",
    "\n```\n",
    "<br>",
)
mixed = st.lists(st.sampled_from(WORDS) | st.sampled_from(JOINTS), max_size=30).map("".join)
any_text = mixed | texts().map(lambda text: f"{text} {text}") | st.lists(st.sampled_from(WORDS)).map(" ".join)
markups = st.sampled_from(("plain", "markdown", "html", "rst"))


def repeats(text: str, markup: str = "markdown") -> list[list[str]]:
    """The copies of each finding, as they are written."""
    return [[text[start:end] for _, start, end in instance.places] for instance in detect(compared(read(text, markup)))]


def blocks_of(reading: Reading, start: int, end: int) -> list[Block]:
    """The kinds of the blocks that a span overlaps."""
    marks = reading.marks
    return [Block(kind) for kind in marks.kinds[(marks.starts < end) & (marks.ends > start)]]


@given(any_text, markups)
@example("and the [the pool](pool.md) is open", "markdown")
@example("我们的的确确在在这里工作", "plain")
def test_copies_are_equal_words_that_follow_each_other_inside_one_block(text: str, markup: str) -> None:
    reading = read(text, markup)
    tokens = reading.tokens
    words = folded(text, tokens, reading.marks)
    end = 0
    for start, length, copies in repeated_words(reading):
        assert start >= end
        assert length >= 1
        assert copies >= 2
        end = start + length * copies
        copy = words[start : start + length]
        assert words[start:end] == copy * copies
        kinds = blocks_of(reading, int(tokens.starts[start]), int(tokens.ends[end - 1]))
        assert len(kinds) == 1
        assert kinds[0] in KINDS
        assert int(tokens.weights[start : start + length].sum()) < 8 * 4


@given(any_text, markups)
def test_places_begin_with_the_first_and_end_with_the_last_token_of_a_copy(text: str, markup: str) -> None:
    reading = read(text, markup)
    starts, ends = set(reading.tokens.starts.tolist()), set(reading.tokens.ends.tolist())
    found = list(detect(compared(reading, reading)))
    alone = [instance.places for instance in detect(compared(reading, within=True))]
    assert [instance.places for instance in found[: len(found) // 2]] == alone
    for instance in found:
        assert instance.rule == RULE.code
        assert len(instance.places) > 1
        assert {start for _, start, _ in instance.places} <= starts
        assert {end for _, _, end in instance.places} <= ends


@given(st.lists(st.sampled_from(("zebra", "lamp", "river", "stone", "cloud")), min_size=1, max_size=6, unique=True))
def test_a_phrase_of_any_length_is_found_inside_a_sentence(words: list[str]) -> None:
    phrase = " ".join(words)
    assert repeats(f"Yesterday morning everybody saw {phrase} {phrase} without asking questions.") == [[phrase] * 2]
    assert not repeats(f"Yesterday morning everybody saw {phrase}; {phrase} without asking questions.")


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("The gate opens at the the first bell.", "the"),
        ("Please wait at\nat the desk until noon.", "at"),
        ("The The gate opens at noon.", "the"),
        ("Pupils learn to write to write letters here.", "to write"),
        ("We read the [the house rules](rules.md) first.", "the"),
        ("We read [the house rules](rules.md) rules at home.", "rules"),
        ("> The boat leaves for\n> for the island at nine.", "for"),
        ("- The boat leaves for\n  for the island at nine.", "for"),
        ("## How to mend mend a net", "mend"),
        ("The log and ticket system system, which is old, works.", "system"),
        ("It rains. Take a coat with you. Take a coat with you. Then go.", "take a coat with you"),
        ("Set `speed` to four knots. Set `speed` to four knots.", "set `speed` to four knots"),
        ("She told us that this is is a lake.", "is"),
        ("Der Zug fährt in in den Bahnhof ein und hält dort nicht auf Gleis drei.", "in"),
        ("Die Datei liegt dort. Eine Datei Datei fehlt noch, und die Datei ist nicht groß.", "datei"),
        ("Le train part de la la gare, et les bagages sont dans une voiture.", "la"),
        ("El tren sale de la la estación con las maletas que son para el viaje.", "la"),
        ("Il treno parte con con le valigie per una città che non è lontana.", "con"),
        ("Поезд приходит на на станцию, и это не так далеко, как кажется.", "на"),
        ("Το τρένο φεύγει από από τον σταθμό και πάει στην πόλη.", "από"),
        ("غادر القطار من من المحطة في الصباح إلى المدينة", "من"),
        ("Tren istasyondan bir saat sonra ve ve akşam kalkar, bu sabah için değil.", "ve"),
        ("Kereta itu berangkat dari dari stasiun dan tidak akan berhenti untuk makan.", "dari"),
        ("기차는 역에서 역에서 출발하고 아침에 도착합니다.", "역에서"),
        ("गाड़ी स्टेशन से से चलती है और सुबह पहुँचती है।", "से"),
        ("This is a a lake with a boat for the guests.", "a"),
        ("Поезд стоит в в парке, и это не так далеко, как кажется.", "в"),
        ("火车在在早上八点出发。", "在"),
        ("这是我们的的旧房子。", "的"),
        ("窗户旁边的桌子用来用来写信。", "用来"),
        ("電車がが駅を出ました。そして町へ向かいます。", "が"),
        ("朝の駅で切符をを買いました。", "を"),
        ("係員が道を示しします。", "し"),
        ("毎朝この道を掃除する掃除する人がいます。", "掃除する"),
        ("รถไฟออกจากจากสถานีตอนเช้า", "จาก"),
    ],
)
def test_errors_are_found(text: str, copy: str) -> None:
    found = repeats(text)
    assert len(found) == 1
    assert [" ".join(part.casefold().split()).split("](")[0] for part in found[0]] == [copy] * 2


@pytest.mark.parametrize(
    "text",
    [
        # English: grammar, emphasis, sounds, idioms
        "By then all that he had had was gone, and I know that that is so.",
        "It is very very late, and the road is long long and dark.",
        "Knock knock, said the clown with the drum, and this is that.",
        "He talked on and on and on about the boat in the harbour.",
        "The key of the chest of the key of the chest is lost.",
        "The road leads to a gate that leads to a gate that leads to the sea.",
        "Enter the log. The log is on the table near the door.",
        "The lamp. Lamp posts are made of iron.",
        # punctuation and markup between
        "It was a slow, slow train and a red-red lamp, one/one and (two) two.",
        "Ask for tickets. Tickets are sold at the desk.",
        "The `lamp` lamp is on, and so is `lamp lamp`; the name *name* is free.",
        "See ![lamp](lamp.png) lamp, and lamp<br>lamp on two lines.",
        "# The lamp\n\nlamp posts\n\n- lamp\n- lamp\n\nlamp",
        "| lamp | lamp |\n|---|---|\n| lamp | lamp |\n| 644 root root | 600 |",
        "```\nlamp lamp lamp\n```",
        # numbers, letters, identifiers, words that stand for others
        "Take vitamin A a day, and press a a a for the boat.",
        "Dial 12 12 and then b b or x2 x2 on the wall.",
        "Call old_lamp lamp and lamp lamp-post, or os.path os.path here.",
        "We write lamp lamp = river, or lamp   lamp in columns.",
        "We write hack hack hack in the night and go home.",
        'The words "lamp lamp" are quoted here, and so is "switch lamp lamp" as a command.',
        "Now run this in the house:\n$ switch lamp\nlamp is on",
        # names
        "They flew to Bora Bora and heard Duran Duran there.",
        "A letter for New York New York arrived today.",
        "We took the The Hague train and saw the node Node there.",
        # accents and other letters differ
        "Je sais où ou comment il est, et la là aussi, dans une ville.",
        "It's its own reward, said the captain of the boat.",
        # other languages
        "Nous nous levons, et vous vous couchez dans une heure, en en parlant.",
        "Wenn sie sie sieht, ist das das Ende, und die die dort sind, gehen nicht auf die Straße.",
        "Ik hoop dat dat klopt als je je meldt, en het is niet voor ons.",
        "Dem, der det det er, og de som ikke kan, er til og med her.",
        "Вчера было очень очень холодно, и это не так, как мы думали.",
        "Çocuklar yavaş yavaş ve sessizce yürüdü, bu bir oyun için değil.",
        "Orang orang itu berjalan pelan pelan dan tidak akan berhenti untuk makan.",
        "Hành vi vi phạm là điều không được phép và luôn luôn bị xử lý.",
        "बच्चे धीरे धीरे चलते हैं और बार बार हँसते हैं।",
        "بچه‌ها آرام آرام از خانه به باغ آمدند و گفتند که این گرم گرم است",
        "بچے بار بار آتے ہیں اور آہستہ آہستہ جاتے ہیں",
        "تقدم العمل خطوة خطوة في المدينة وكان كبيرا جدا جدا",
        "아이들은 천천히 천천히 걸어서 하나 하나 세었습니다.",
        "הילדים הלכו לאט לאט אל הבית של סבא",
        # Chinese: 看看 and its like, AABB, ABAB, words that meet
        "我们天天去看看河水，慢慢地走，人人都高兴。",
        "家家户户都的的确确高高兴兴。",
        "这个问题要研究研究，一步一步地走。",
        "我们的目的的确很好，为了了解情况，但是是否去还不知道。",
        "他是不是不能来，请和和平的人说。",
        # Japanese: mimetics, particles at the edge of words, お…しします
        "時々いろいろな人がますますゆっくりゆっくり歩く。",
        "彼はははと笑い、神とともに何度も何度も国ににげた。",
        "明日お示しします。一つ一つ名指しして、手順に順に取り掛かる。",
        # Thai: words that share a syllable
        "มาตรการการเดินทางของของเขา",
    ],
)
def test_what_is_right_is_not_found(text: str) -> None:
    assert repeats(text) == []


def test_a_run_of_equal_words_is_one_finding_with_all_its_places() -> None:
    text = "The bell rang for the the the third time."
    (instance,) = detect(compared(read(text, "markdown"), within=True))
    assert [instance.message(copies) for copies in (3, 2)] == ['"the" repeated 3 times', '"the" repeated']
    assert [text[start:end] for _, start, end in instance.places] == ["the"] * 3


def test_a_message_quotes_the_words_as_they_are_read() -> None:
    (instance,) = detect(compared(read("Look at **the\nold** the old house here.", "markdown")))
    assert instance.message(2) == '"the old" repeated'


def test_a_pair_that_a_text_uses_again_and_again_is_its_term() -> None:
    text = "The couscous couscous pot is hot. Fill the couscous couscous pot with broth."
    assert repeats(text) == []


def test_repeats_of_min_words_and_more_are_left_to_other_rules() -> None:
    phrase = "every blue boat leaves harbour before seven"
    reading = read(f"We know {phrase} {phrase} today.")
    assert [doubling.length for doubling in repeated_words(reading, 8)] == [7]
    assert repeated_words(reading, 7) == []
    assert len(list(detect(compared(reading, min_words=8)))) == 1
    assert list(detect(compared(reading, min_words=7))) == []


def test_texts_that_are_not_in_focus_are_not_looked_at() -> None:
    readings = [read("We saw the the boat.", "markdown"), read("They saw of of that boat.", "markdown")]
    assert [instance.places[0][0] for instance in detect(compared(*readings))] == [0, 1]
    assert [instance.places[0][0] for instance in detect(compared(*readings, focus=1))] == [0]


@pytest.mark.parametrize("text", ["Take the the\tbus.", "Take the the bus.", "Take the\r\nthe bus to town."])
def test_line_ends_and_tabs_do_not_move_the_places(text: str) -> None:
    (instance,) = detect(compared(read(text, "markdown"), within=True))
    assert [text[start:end] for _, start, end in instance.places] == ["the", "the"]


def test_code_in_every_markup_is_left_alone() -> None:
    assert repeats("Call ``lamp lamp`` or :func:`lamp` and ``lamp`` lamp in the house.", "rst") == []
    assert repeats("Read the `the house rules`_ at home.", "rst") == [["the", "the"]]
    assert repeats("<p>Call <code>lamp lamp</code> or <kbd>lamp</kbd> lamp in the house.</p>", "html") == []
    assert repeats("<p>Read the <a href='rules'>the house rules</a> at home.</p>", "html") == [["the", "the"]]
