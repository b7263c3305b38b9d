"""Where a word or a phrase twice side by side is right: what languages allow, as data.

Words are in lower case and in NFC.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


class Language(NamedTuple):
    """What may stand twice side by side in one language, and what shows the language."""

    name: str
    common: str
    """Frequent words: three different of them show the language. Errors doubled, unless they are in `right`."""
    right: str = ""
    """Words that grammar sets side by side, or that are doubled for emphasis, to call, or as a sound."""
    letters: str = ""
    """A character class of letters that show the language: in the word itself, or in five words around."""
    free: bool = False
    """Whether nearly every word may be doubled; then errors are the common ones alone."""


LANGUAGES: Final = (
    # Amharic: "ቀስ ቀስ"
    Language("am", "እና ነው ላይ ውስጥ", letters="\u1200-\u137f", free=True),
    # Bengali: "ধীরে ধীরে"
    Language("bn", "এবং ও থেকে জন্য এই কিন্তু হয় একটি", letters="\u0980-\u09ff", free=True),
    # Czech: "to je je", "kteří se se"; "velmi velmi"
    Language(
        "cs", "že není jsou který nebo při být pro jako aby také jeho v a s z i k", "je se to velmi moc ne dlouho"
    ),
    # Danish: "dem der der bor", "er det det"; "meget meget"
    Language("da", "og er det som ikke til af med kan et eller også", "det der den de så meget nej ja langt"),
    # German: "wenn sie sie sieht", "die, die" without its comma, "bis zu zu"; "sehr sehr"
    Language(
        "de",
        "und ist nicht der die das ein eine mit auf für werden wird oder auch sich",
        "sie die der das den dem ihr werden sein sehr ganz viel nein ja doch immer lange nie weit wau",
    ),
    # Greek: "σιγά σιγά"
    Language("el", "και το να του της η", "πολύ σιγά πρώτα όχι κάτω πότε λίγο ένα γύρω", letters="\u0370-\u03ff"),
    # English: "all he had had", "I know that that works", "told her her bag", "what we do do"; "very very"; "tut tut"
    Language(
        "en",
        "the of and to is in for with this are that be on as it an if a",
        "had that her do very really so too much many long far never no yes yeah bye please super extra big old "
        "blah bla ha haha he hehe ho hey knock tut tick tock tap beep boing bang boom bam ding dong ping quack woof "
        "meow moo oink tweet hop clap chop zip buzz choo chug yada yum la na hear aye rah hush foo bar baz xxx pom cha",
    ),
    # Spanish: "muy muy", "casi casi"
    Language(
        "es",
        "el los las que una con para por como del es más este a y o",
        "muy mucho sí no nunca más poco ya casi luego nos",
    ),
    # Persian: "کم کم", "یک یک"
    Language("fa", "در به از را که این با برای و است آن تا شما های می یا", letters="پچژگ", free=True),
    # Finnish: "että se se", "hyvin hyvin"
    Language("fi", "ja on ei että se ovat myös tai kun kuin", "se ne hyvin tosi ei"),
    # French: "nous nous sommes", "en en parlant", "se faire faire", "ce qui est est"; "très très"
    Language(
        "fr",
        "le les des une est dans pour que qui sur pas vous avec ou ce à",
        "nous vous en faire fait est très bien non oui beaucoup trop jamais longtemps vite petit",
    ),
    # Hebrew: "לאט לאט", "שלב שלב"
    Language("he", "את של על לא הוא עם זה או", "מאוד לאט לא כן יום אחד שלב רק הרבה פעם", letters="\u0590-\u05ff"),
    # Hindi, Marathi, Nepali: "धीरे धीरे"
    Language(
        "hi",
        "का के की को से में है हैं और ने यह वह कि भी था थे थी लिए पर आहे आणि छ र मा लाई",
        letters="\u0900-\u097f",
        free=True,
    ),
    # Hungarian: "az az ember", "egy egy"
    Language("hu", "és az egy hogy nem van vagy is meg csak a", "az egy nagyon már"),
    # Indonesian, Malay: "orang orang"
    Language("id", "yang dan di untuk dengan ini itu pada dari dalam adalah akan tidak atau anda ke", free=True),
    # Gujarati, Gurmukhi, Tamil, Telugu, Kannada, Malayalam, Sinhala
    Language("in", "અને ਅਤੇ மற்றும் ஒரு మరియు ಮತ್ತು ഒരു සහ", letters="\u0a00-\u0aff\u0b80-\u0dff", free=True),
    # Italian: "piano piano", "man mano"
    Language(
        "it",
        "il di che è per una con sono non della questo come gli si a e",
        "molto piano tanto ben via quasi sì no appena così poco ci mano",
    ),
    # Kazakh, Tatar, Mongolian
    Language("kk", "және бұл үшін бен мен пен да де", letters="әғқңұһүө", free=True),
    # Korean: "천천히 천천히", "하나 하나"
    Language(
        "ko",
        "및 이 수 있는 있습니다 것은 때",
        "매우 아주 너무 정말 더 또 하나 조금 천천히 점점 가끔 오래 계속 각자 따로 빨리 자주 멀리 "
        "차례 한 하루 구석 두 네 그 한걸음",
        letters="\uac00-\ud7a3",
    ),
    # Dutch: "dat dat klopt", "als je je meldt", "als ze ze ziet"; "heel heel"
    Language(
        "nl",
        "de het een van en is dat niet voor zijn met op ook worden",
        "dat die je ze we zij heel zeer nee ja veel echt nooit",
    ),
    # Polish: "co to to", "bardzo bardzo"
    Language("pl", "się nie jest na do że oraz przez dla który lub jako w z i o", "to bardzo tak nie dawno"),
    # Portuguese: "muito muito", "quase quase"
    Language(
        "pt", "o os que uma com não para por como do da em é um você a e", "muito não sim mais quase logo pouco nos"
    ),
    # Romanian: "foarte foarte", "încet încet"
    Language("ro", "și în este care pentru cu nu sunt sau din mai", "foarte încet nu da"),
    # Russian: "очень очень", "его его"
    Language(
        "ru",
        "и в не на что это для как или с по из если так от вы к о у",
        "очень да нет давно много чуть еле ещё скоро долго далеко его их её тук ха хи мяу ля бла тик гав",
    ),
    # Swedish, Norwegian: "att det det", "mycket mycket"
    Language("sv", "och är det som inte att med för på kan ett eller", "det den de så mycket veldig nej ja långt"),
    # Swahili: "pole pole"
    Language("sw", "ya wa kwa ni katika za cha hii kama ili", free=True),
    # Tagalog: "araw araw"
    Language("tl", "ang ng mga sa ay para hindi kung", free=True),
    # Turkish "yavaş yavaş", Azerbaijani "tez tez"
    Language("tr", "ve bir bu için ile olarak veya olan gibi ancak kadar daha üçün", letters="ığəİ", free=True),
    # Ukrainian: "дуже дуже"
    Language("uk", "і в не на що це для як або з та у від ви", "дуже так ні давно його їх її"),
    # Urdu: "بار بار"
    Language("ur", "کے کا کی میں سے کو اور نے ہے ہیں پر یہ کہ", letters="ٹڈڑںےہ", free=True),
    # Uzbek: "tez tez"
    Language("uz", "va uchun bilan ham bo'lgan esa yoki", free=True),
    # Vietnamese: "từ từ", "xanh xanh"
    Language(
        "vi",
        "và của là các có được trong cho không một những với để này khi thì sẽ đã bạn",
        letters="ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
        free=True,
    ),
    # Arabic: "كبير جدا جدا", "واحد واحد"; last, because Persian and Urdu share its letters
    Language("ar", "في من على إلى أن هذا التي مع أو", "جدا جداً لا نعم مرة رويدا واحد يوم جنب", letters="\u0620-\u064a"),
)
"""Those whose letters show them come before those that share these letters."""

ARABIC_ENDINGS: Final = ("ا", "اً", "ً", "ة")
"""Arabic doubles indefinite accusatives to say "one by one": "خطوة خطوة", "حرفا حرفا"."""

CONNECTIVES: Final = frozenset(("of", "with", "de", "du", "di", "da", "do", "van", "von", "av", "af"))
"""A phrase with a noun and one of these may go on from itself: "the root of the root of"."""

INDEFINITE: Final = frozenset(("a", "an"))
RELATIVE: Final = frozenset(("that", "which", "who", "whose"))
"""So may an English phrase with one of both: "a link that leads to a link that leads to"."""


class Doubled(NamedTuple):
    """A character that is an error doubled, except before or behind certain characters."""

    character: str
    before: str
    """Characters in front with which the first copy is one word: 目 in 目的的."""
    after: str
    """Characters that follow with which the second copy is one word: 解 in 为了了解."""


HAN_ERRORS: Final = (
    Doubled("与", "参參赠贈给給授赐賜", "会其否"),
    Doubled("並", "合吞兼一", "且"),
    Doubled("了", "不完明知", "解然却卻结結之如得事不"),
    Doubled("于", "由关關对對", "是"),
    Doubled("从", "服顺随听盲", "前来事而此属不"),
    Doubled("他", "其吉维維", ""),
    Doubled("但", "不非岂", "是"),
    Doubled("们", "", ""),
    Doubled("們", "", ""),
    Doubled("你", "", ""),
    Doubled("其", "尤极極", "他中实實它次余餘"),
    Doubled("及", "以", "时時其格早"),
    Doubled("和", "总總饱飽温溫缓緩共调調谐諧中柔祥平附人", "气氣睦美平谐諧善解服"),
    Doubled("在", "存现現内內实實潜潛外所自好", ""),
    Doubled("它", "其", ""),
    Doubled("就", "成造", "业業近地"),
    Doubled("并", "合吞兼一", "且发"),
    Doubled("您", "", ""),
    Doubled("或", "", "多许許者"),
    Doubled("我", "自小大忘", ""),
    Doubled("把", "一", "握手柄"),
    Doubled("是", "但可还還就总總于於要或只真倒都若凡便自国國", "否非"),
    Doubled("的", "目標标之鹄鵠有端", "确確士话話"),
    Doubled("而", "", ""),
    Doubled("與", "參贈給授賜", "會其否"),
    Doubled("被", "棉毛羽", "子单單褥告动動"),
    Doubled("这", "", ""),
    Doubled("這", "", ""),
)
"""Chinese: 的的, 在在. Every other character may be doubled: 看看, 慢慢, 天天, 人人, 刚刚."""

CHINESE_TWICE: Final = _words(
    "研究 考虑 讨论 商量 了解 休息 学习 练习 体验 尝试 介绍 检查 整理 打扫 收拾 认识 感受 观察 "
    "参观 锻炼 试验 比较 调整 照顾 放松 活动 打听 准备 回忆 思考 关心 意思 庆祝 高兴 热闹 轻松 "
    "凉快 舒服 打扮 琢磨 溜达 反省 沟通 分享 交流 教训 解释 帮忙 "
    "考慮 討論 學習 練習 體驗 嘗試 介紹 檢查 認識 觀察 參觀 鍛煉 比較 調整 教訓 解釋 幫忙 "
    "非常 特别 特別 真的 很多 好多 多少 永远 永遠 谢谢 謝謝 哈哈 哪里 慢慢 看看"
)
"""Chinese verbs that are doubled to say "a little", 研究研究, and words of emphasis: 非常非常."""

NUMERALS: Final = "一二三四五六七八九十百千万〇零两兩几幾半每毎数何"
"""Han numerals say "one by one" with a counter that is doubled: 一步一步, 三个三个, 一つ一つ, 何度も何度も."""

NEGATIONS: Final = "不没沒否"
"""Chinese: two characters with one of these twice are a question or a double negation: 是不是不能."""

HAN_GENITIVES: Final = "的の之"
"""Chinese and Japanese: a phrase with one of these at its edge may go on from itself: 类型的类型的别名."""

KANA_PARTICLES: Final = "をがはにでのと"
"""Japanese particles: errors doubled between characters that are not hiragana, 構造がが; を everywhere."""

KANA_VERB: Final = Doubled("し", "おご", "ま")
"""Japanese し doubled inside a verb: を示しします. With お in front it is right: お示しします; so is 名指しします."""

KANA_ERRORS: Final = _words(
    "から まで より する して した です ます れる ない ため こと "
    "として により による ような ている された される すれば ことが"
)
"""Japanese endings that are errors twice, those of two characters directly behind a Han character or katakana:
実行するする. Other short ones are mimetic: いろいろ, だんだん, ごちゃごちゃ."""

JAPANESE_TWICE: Final = _words(
    "ひとつ ひとり すこし ちょっと ゆっくり そろり もっと ずっと とても どんどん "
    "ありがとう 少し 本当 もう 代わる 繰り返し"
)
"""Japanese words that may stand twice: もっともっと, 代わる代わる."""

SYLLABIC_ERRORS: Final = _words(
    "และ ให้ จาก โดย เพื่อ กับ ซึ่ง หรือ ต้อง สามารถ "  # Thai
    "ແລະ ຂອງ ໃຫ້ ເພື່ອ "  # Lao
    "និង របស់ ដែល "  # Khmer
    "နှင့်"  # Burmese
)
"""Function words of scripts whose tokens are syllables: errors twice. Of other words only long ones are, because two
words often share a syllable: มาตรการการเดินทาง."""


class _Compiled(NamedTuple):
    language: Language
    common: frozenset[str]
    right: frozenset[str]
    letters: re.Pattern[str] | None
    latin: bool


def _is_latin(word: str) -> bool:
    return all(char < "\u0250" or "\u1e00" <= char < "\u1f00" for char in word)


_COMPILED: Final = tuple(
    _Compiled(
        language,
        _words(language.common),
        _words(language.right),
        re.compile(f"[{language.letters}]") if language.letters else None,
        _is_latin(language.common[0]),
    )
    for language in LANGUAGES
)
_ANYWHERE: Final = frozenset(word for language in _COMPILED for word in language.right)
COMMON: Final = frozenset(word for language in _COMPILED for word in language.common)
"""The frequent words of all languages."""


def may_be_doubled(word: str, around: set[str]) -> bool:
    """Return whether a word may stand twice side by side in the language of the words around it.

    Where no language shows, every word may that may in any language.
    """
    found = _language(word, around)
    if found is None:
        return word in _ANYWHERE
    if found.language.name == "ar" and word.endswith(ARABIC_ENDINGS):
        return True
    return word not in found.common if found.language.free else word in found.right


def is_frequent(word: str, around: set[str]) -> bool:
    """Return whether a word is a frequent one of the language of the words around it."""
    found = _language(word, around)
    return found is not None and word in found.common


def _language(word: str, around: set[str]) -> _Compiled | None:
    """Return the language that the letters of a word show, else the one with most frequent words around it."""
    latin = _is_latin(word)
    best, most = None, 2
    for language in _COMPILED:
        if language.latin != latin:
            continue
        shared = len(language.common & around)
        letters = language.letters
        if letters and (letters.search(word) or sum(bool(letters.search(other)) for other in around) > 4):
            return best if best is not None and not latin else language
        if shared > most:
            best, most = language, shared
    return best
