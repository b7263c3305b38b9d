"""Texts to test with: characters of many scripts, chosen for the trouble they make."""

from hypothesis import strategies as st

from dedup.kernels.alphabet import CONTINUE, HIDDEN, SEPARATE

SCRIPTS = {
    "latin": "aAbBzZéÉe\u0301ßẞﬁŉİıĳæÅå\u030aſ½²ªﬀ",
    "greek": "σςΣάᾳᾼΐ\u0345\u0301\u0308ωΩ",
    "cyrillic": "йЙи\u0306ёЁжЖ\u0483",
    "arabic": "امحمّدَُـأإآؤئ\u0654\u0653ﻻﷺﹰ١٢",
    "hebrew": "שָׁלוֹםשׂבּ\ufb2a",
    "hindi": "हिन्दीक़क़ऩन\u093cट्१२",
    "thai": "กน้ำ\u0e4dาเแ่ไๆ๑ำ",
    "lao": "ກນ້ຳ\u0ecdາໜຫ",
    "khmer": "ខ្មែរ\u17b4០",
    "myanmar": "မြန်ဥဦ\u102e၁",
    "chinese": "中文字符号㐀𠀀豈〇々㈠",
    "japanese": "日本がか\u3099ｶﾞパﾊﾟーｰ々ゝゞヿ〱",
    "korean": "한국어ㄱᄒ\u1161\u11abﾡㅤ",
    "emoji": "😀👨\u200d👩\u200d👧❤\ufe0f1\ufe0f\u20e3🇫🇷👍🏽",
    "digits": "0129１２①Ⅷ²ⁿ₂ₓ½",
    "compounds": "½⅟⅒⑽⒈❶①㋀㏠㍘㎡㎧㎏㏂℃℅№Ⓐ⒜㈱㈎㌖㍿ŀﷺﷻゟヿໜ⼈™＇²ⁿ₂7",
    "between": " \t\n\r\u00a0.,-—_!?«»\u3000。",
    "joiners": "'’\u00ad\u200b\u200c\u200d\ufeff\u034f\u20e3",
    "odd": "\x00\ud800\udfff\ue000\uffff\U000e0041\U0010ffff\u0378",
}

CHARACTERS = "".join(SCRIPTS.values())


def texts(*scripts: str, max_size: int = 40) -> st.SearchStrategy[str]:
    """Texts in the named scripts (all of them, if none is named), spaces and joiners among them."""
    chosen = "".join(SCRIPTS[name] for name in scripts) + " '\u00ad" if scripts else CHARACTERS
    return st.text(st.sampled_from(chosen) | st.sampled_from("aé '’ "), max_size=max_size)


def codes(max_size: int = 40) -> st.SearchStrategy[list[int]]:
    """Code points and sentinels, as they reach the kernels; now and then repeated."""
    code = st.sampled_from([ord(char) for char in CHARACTERS]) | st.sampled_from(
        [ord("a"), ord("'"), ord(" "), 0x301, SEPARATE, HIDDEN, CONTINUE]
    )
    return st.builds(lambda row, times: row * times, st.lists(code, max_size=max_size), st.sampled_from([1, 1, 1, 9]))
