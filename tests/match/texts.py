"""Collections of texts that have much in common."""

from hypothesis import strategies as st

THRESHOLDS = [0.05, 1 / 3, 0.5, 0.55, 2 / 3, 0.7, 0.8, 0.9, 1.0]
WORDS = {
    "latin": (["river", "stone", "maple", "lantern", "quiet", "harbor", "copper", "window"], " "),
    "arabic": (["نهر", "حجر", "شجرة", "فانوس", "هادئ", "ميناء", "نحاس", "نافذة"], " "),
    "hindi": (["नदी", "पत्थर", "पेड़", "दीपक", "शांत", "बंदरगाह", "तांबा", "खिड़की"], " "),
    "chinese": (list("河石楓燈靜港銅窗"), ""),
    "thai": (["น้ำ", "หิน", "ไม้", "ไฟ", "เงียบ", "ท่า", "ทอง", "ฟ้า"], ""),
}


@st.composite
def collections(draw: st.DrawFn, max_size: int = 10, longest: int = 16) -> list[str]:
    """Texts that have much in common: copies, and copies with words changed, put in, left out, or said again."""
    words, gap = WORDS[draw(st.sampled_from(["latin", "latin", *WORDS]))]
    word = st.integers(0, draw(st.sampled_from([2, 3, 5, len(words)])) - 1)
    bases = draw(st.lists(st.lists(word, min_size=1, max_size=longest), min_size=1, max_size=3))
    texts = []
    for _ in range(draw(st.integers(0, max_size))):
        row = list(draw(st.sampled_from(bases)))
        for edit in draw(st.lists(st.sampled_from(["change", "insert", "leave", "cut", "begin", "more"]), max_size=2)):
            place = draw(st.integers(0, len(row)))
            if edit == "change":
                row[place : place + 1] = [draw(word)]
            elif edit == "insert":
                row.insert(place, draw(word))
            elif edit == "leave":
                row[place : place + 1] = []
            elif edit == "more":
                row += draw(st.sampled_from(bases))
            else:
                row = row[:place] if edit == "cut" else row[place:]
        text = gap.join(words[number] for number in row)
        texts.append(draw(st.sampled_from(["{}", "{}", "{}!", "“{}”\r\n", "…"])).format(text))
        if draw(st.booleans()):
            texts[-1] = texts[-1].upper()
    return texts


def bags(words: int, least: int, most: int, texts: int) -> st.SearchStrategy[list[str]]:
    """So many texts at the most, of some of so many words, in one order, each once: sets of words that overlap in all
    ways, and often equally."""
    bag = st.sets(st.integers(0, words - 1), min_size=least, max_size=most)
    return st.lists(bag.map(lambda chosen: " ".join(f"w{place}" for place in sorted(chosen))), max_size=texts)


CROWDS = bags(6, 1, 6, 9) | bags(7, 1, 3, 25)
LONG_CROWDS = bags(12, 8, 12, 9) | bags(16, 8, 10, 9)
