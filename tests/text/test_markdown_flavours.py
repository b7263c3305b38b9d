"""What publishing systems add to Markdown is passed over, and nothing else."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.lint.sources.discover import markup_of
from dedup.text.markdown import mark_markdown
from dedup.text.marks import Block
from dedup.text.reading import read
from dedup.text.tokens import folded, tokenize
from tests.text import marked


def reader(mdx: bool) -> marked.Reader:
    return marked.READERS["mdx" if mdx else "markdown"]


def blocks(text: str, mdx: bool = False) -> list[tuple[str, str]]:
    return marked.blocks(reader(mdx), text)


def words(text: str, mdx: bool = False) -> str:
    """The folded tokens of all that is no comment, joined by spaces."""
    return marked.words(reader(mdx), text, frozenset(Block) - {Block.COMMENT})


def spans(text: str, mdx: bool) -> list[tuple[int, int]]:
    tokens = tokenize(text, reader(mdx)(text), frozenset(Block) - {Block.COMMENT})
    return list(zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":::note Quiet hours\n\nfull *boats*\n\n:::\n\ntide", [("prose", "full *boats"), ("prose", "tide")]),
        (":::note\nboats\n:::\ntide", [("prose", "boats"), ("prose", "tide")]),
        (":::tip[Low *water*]{#low .wide}\n- boats\n:::", [("list", "boats")]),
        ("::: warning\nboats\n:::", [("prose", "boats")]),
        (
            "::::note\n:::{tip} Tide\n:class: wide\n:name: low\nboats\n:::\n::::\ntide",
            [("prose", "boats"), ("prose", "tide")],
        ),
        (":::{note}\n---\nclass: wide\n---\nboats\n:::", [("prose", "boats")]),
        ("> :::note Tide\n> boats\n> :::", [("quote", "boats")]),
        ("- one\n\n  :::note\n  boats\n  :::\n", [("list", "one"), ("list", "boats")]),
        (':::image type="content" source="pier.png" alt-text="pier":::\n\nboats', [("prose", "boats")]),
        (":::{code-block} py\nboats()\n:::\ntide", [("code", "boats()"), ("prose", "tide")]),
        (":::note\nboats\n\n# tide", [("prose", "boats"), ("heading", "tide")]),
        (
            "```{note} Tide\n:class: wide\nfull *boats*\n\n- tide\n```\nlow",
            [("prose", "full *boats"), ("list", "tide"), ("prose", "low")],
        ),
        ("````{tip}\n```{warning}\nboats\n```\n```py\ntide()\n```\n````", [("prose", "boats"), ("code", "tide()")]),
        ("~~~{seealso}\nboats", [("prose", "boats")]),
        ("```{code-block} py\n:linenos:\n:caption: tide\n\nboats()\n```", [("code", "boats()")]),
        ("> ```{code-cell}\n> ---\n> tags: [tide]\n> ---\n> boats()\n> ```", [("quote", "boats()")]),
        ("```{code-block} py\nboats()\n:linenos:\n```", [("code", "boats()\n:linenos:")]),
        ("```{r}\nboats <- 1\n```", [("code", "boats <- 1")]),
        ("> [!NOTE]\n> boats", [("prose", "boats")]),
        ("> [!warning]\r\n> boats", [("prose", "boats")]),
        ("a [!NOTE] b", [("prose", "a [!NOTE] b")]),
    ],
)
def test_fences_and_options_of_directives_are_no_blocks(text: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('boats {{< pier "north" 2 >}} tide', "boats tide"),
        ('boats\n\n{{< figure src="a.png"\n  title="north pier" >}}\n\ntide', "boats tide"),
        ("boats {{% quay %}}tide{{% /quay %}}s", "boats tides"),
        ("{{< tabs >}}\n{{< tab name=low >}}\nboats\n{{< /tab >}}\n{{< /tabs >}}\ntide", "boats tide"),
        ("one{{< pier >}}two", "one two"),
        ("{{</* pier north */>}} boats", "boats"),
        ("{% if low %}boats{% else %}tide{% endif %}s", "boatstides"),
        ("{%- include pier.html north=true -%}\nboats", "boats"),
        ("one{% include pier.html %}two", "one two"),
        ("boats {{ page.title | upcase }} {{ pier[0].name }} {{- tide -}} {{ 'low' | t }}", "boats"),
        ("{% raw %}{{ boats }}{% endraw %} {{ tide }}", "boats"),
        ("[boats]({{ site.url }}/north-pier 'low') [tide][t]\n\n[t]: {{ site.url }}/t", "boats tide"),
        ("![boats]({{< ref 'pier' >}}) tide", "tide"),
        ("one {% comment %} boats {% endcomment %} two", "one two"),
        (
            "| boats | {{ pier }} |\n|-|-|\n{% for a in b %}\n| tide | low |\n{% endfor %}\n| pier | |",
            "boats tide low pier",
        ),
        ("<div>\n{% if a %}\nboats\n{% endif %}\n    tide\n</div>", "boats tide"),
        ("# boats {{< anchor >}}\n\n- tide {% a %}", "boats tide"),
    ],
)
def test_shortcodes_and_tags_are_passed_over(text: str, expected: str) -> None:
    assert words(text) == expected


def test_comments_of_liquid_and_mdx_are_comments_over_any_number_of_paragraphs() -> None:
    assert blocks("one\n{% comment %}\ntwo --> *\n\n    three\n{% endcomment %}\nfour") == [
        ("prose", "one"),
        ("comment", "two --> *\n\n    three"),
        ("prose", "four"),
    ]
    assert blocks("one\n\n{/* two\n\nthree */}\n\nfour", mdx=True) == [
        ("prose", "one"),
        ("comment", "two\n\nthree"),
        ("prose", "four"),
    ]


def test_a_comment_inside_a_comment_of_another_system_is_part_of_it() -> None:
    text = "{`{% comment %}<!-- low -->\n\n{% endcomment %}`"
    assert blocks(text, mdx=True) == [("prose", "{`"), ("comment", "<!-- low -->"), ("prose", "`")]


def test_what_is_to_be_highlighted_is_code() -> None:
    assert blocks("{% highlight py %}\nboats(```)\n\n{{ tide }}\n{% endhighlight %}\nlow") == [
        ("code", "boats(```)\n\n{{ tide }}"),
        ("prose", "low"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "the pair {{0, 0}, {100, 10}} of points",
        "a ${{ secrets.pier }} and \\{{ tide }}",
        "read `{{ page }}`, `{% if %}`, ``{{< pier >}}`` and `:::note`",
        "```\n{{ page }} {% if a %} {{< pier >}}\n:::note tide\n```",
        "    {{ page }} {% if a %}\n    :::note",
        "{{ these are just words in braces }}",
        "{{< boats",
        "{% boats\n\nnever closed %}",
        "{{ boats",
        "`{{ boats` and }}",
        "std::vector and a :: b ::: c",
        "::: the boats\n\ntide",
        ":: boats ::\n:::)\n::: 12 boats",
        "import boats from the north\n\nexport them",
        "$x^{2}$ and $\\frac{boats}{tide}$",
    ],
)
def test_what_only_looks_like_it_is_read(text: str) -> None:
    plain = text.replace("\\", " ")
    marks = mark_markdown(text)
    assert list(folded(text, tokenize(text, marks), marks)) == folded(plain, tokenize(plain))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import Pier from './pier'\nimport {\n  Boats,\n} from \"boats\";\n\none", [("prose", "one")]),
        ("import './pier.css'\n\none", [("prose", "one")]),
        ("export const pier = {\n  a: '}',\n\n  b: `x}\n\n`,\n}\n\none", [("prose", "one")]),
        ("export default function Pier() {\n  return <p>a</p>\n}\n\none", [("prose", "one")]),
        (
            "import goods from abroad.\n\nexport const is a word",
            [("prose", "import goods from abroad."), ("prose", "export const is a word")],
        ),
        ("# boats {/* anchor */}\n\none", [("heading", "boats"), ("comment", "anchor"), ("prose", "one")]),
        (
            "<Note kind={{a: 'b>'}}>\n\nfull *boats*\n\n- tide\n</Note>\none",
            [("prose", "full *boats"), ("list", "tide"), ("prose", "one")],
        ),
        ("<Note>\nboats\n```js\ntide({x})\n```\n</Note>", [("prose", "boats"), ("code", "tide({x})")]),
        (
            "<Tabs>\n  <Tab>\n\n    boats\n\n    ```js\n    tide <Pier>\n    ```\n\n    low\n  </Tab>\n</Tabs>",
            [("prose", "boats"), ("code", "tide <Pier>"), ("prose", "low")],
        ),
        ("<div style={{a: 1}}>\n  <Note>\n    boats\n  </Note>\n</div>", [("prose", "boats")]),
        ("<ul>\n<li key={1}>boats</li>\n</ul>", [("list", "boats")]),
        ("> <Note>boats</Note>", [("quote", "boats")]),
        ("`{a}` `<Pier>`", [("prose", "{a}` `<Pier>")]),
        ("\\{boats} $x^{2}$ 1 < 2", [("prose", "{boats} $x^{2}$ 1 < 2")]),
        (
            "boats { never\n\n<Pier never\n\nclosed",
            [("prose", "boats { never"), ("prose", "<Pier never"), ("prose", "closed")],
        ),
        ("export const a = {\n\nboats\n\ntide", [("prose", "boats"), ("prose", "tide")]),
        ("{\n\n```\ncode}\n```", [("prose", "{"), ("code", "code}")]),
        ("<\n>     ```", []),
    ],
)
def test_of_mdx_the_prose_is_read(text: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(text, mdx=True) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one {props.two} three{' '}four", "one three four"),
        ("un<B>believ</B>able un<>believ</>able one<Icon name='>' />two", "unbelievable unbelievable one two"),
        ("one {list.map(x => <li key={x}>{`${x}}`}</li>)} two", "one two"),
        ("one{/* two */}three", "onethree"),
        ("one <A.B c='two' d={<E f={3} />}>four</A.B>", "one four"),
    ],
)
def test_expressions_separate_and_tags_that_wrap_are_transparent(text: str, expected: str) -> None:
    assert words(text, mdx=True) == expected


def test_mdx_is_a_markup_and_markdown_is_without_it() -> None:
    text = "import Pier from './pier'\n\n<Pier>boats {tide}</Pier>"
    shown = {markup: read(text, markup) for markup in ("mdx", "markdown")}
    assert [len(reading.tokens.starts) for reading in shown.values()] == [1, 6]


def test_files_of_mdx_are_read_as_such() -> None:
    assert markup_of("pier/tide.MDX") == "mdx"


def test_an_article_without_any_of_this_does_not_pay_for_it() -> None:
    program = (
        "import sys; from dedup.text.reading import read; read('# Tide\\n\\nboats: `{a}` {b} [low](a.b)', 'markdown');"
        "print([name for name in sys.modules if name.startswith('dedup.text.markdown.')])"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert shown == "['dedup.text.markdown.events']\n"


INLINE = ["{{< pier north >}}", "{{% pier /%}}", "{% if low %}", "{{ tide | upcase }}", "{%- endif -%}"]
WHOLE = [
    *INLINE,
    ":::note Low *water*",
    ":::{tip} Low water\n:class: wide",
    ":::",
    "{% comment %}\nlow\n\nwater\n{% endcomment %}",
]
MDX_INLINE = ["{props.low}", "<Pier low='water'>", "</Pier>", "<Pier />", "{/* low */}", "{' '}"]
MDX_WHOLE = [
    *MDX_INLINE,
    "import Low from 'water'",
    "export const low = {\n  water: 1,\n\n  pier: 2\n}",
    "{/* low\n\nwater */}",
]
PARAGRAPHS = [
    "boats go *out* at nine",
    "# Tide",
    "- one `pier`\n- two 漢字\n  three",
    "> quiet\n> quay",
    "| a | b |\n|-|-|\n| c | d |",
    "```py\n{{ pier }} {x}\n:::note\n```",
    "1. [low](http://a.b) &amp; high",
    "<p>water <b>line</b></p>",
]
documents = st.lists(st.sampled_from(PARAGRAPHS), min_size=1, max_size=5)


@settings(deadline=None)
@given(documents, st.data(), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_a_construct_between_paragraphs_only_moves_the_words(paragraphs, data, mdx, line_end) -> None:
    construct = data.draw(st.sampled_from(MDX_WHOLE if mdx else WHOLE)).replace("\n", line_end)
    if construct == ":::":
        paragraphs = [":::note", *paragraphs]
    place = data.draw(st.integers(min(construct == ":::", len(paragraphs)), len(paragraphs)))
    gap = line_end * 2
    paragraphs = [paragraph.replace("\n", line_end) for paragraph in paragraphs]
    before = "".join(paragraph + gap for paragraph in paragraphs[:place])
    behind = gap.join(paragraphs[place:])
    shift = len(construct + gap)
    expected = [
        (start + shift * (start >= len(before)), end + shift * (start >= len(before)))
        for start, end in spans(before + behind, mdx)
    ]
    assert spans(before + construct + gap + behind, mdx) == expected


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["boats", "*out*", "`{pier}`", "漢字", "[low](a.b)", "&eacute;"]), min_size=1), st.data()
)
def test_a_construct_between_words_only_moves_them(parts, data) -> None:
    mdx = data.draw(st.booleans())
    construct = data.draw(st.sampled_from(MDX_INLINE if mdx else INLINE))
    place = data.draw(st.integers(1, len(parts)))
    before, behind = " ".join(parts[:place]) + " ", " ".join(parts[place:])
    shift = len(construct) + 1
    expected = [
        (start + shift * (start >= len(before)), end + shift * (start >= len(before)))
        for start, end in spans(before + behind, mdx)
    ]
    assert spans(before + construct + " " + behind, mdx) == expected


@settings(deadline=None)
@given(marked.hostile("mdx"), st.booleans())
def test_no_construct_swallows_a_heading_far_behind(text: str, mdx: bool) -> None:
    closed = text.replace("`", "").replace("~", "").replace("<!--", "").replace("{%comment%}", "").replace("<", "")
    closed = closed.replace("*", "").replace("{%highlight%}", "").replace(":::{code}", "")
    text = f"{closed}\n\n# harbour\n\nlow tide\n"
    assert words(text, mdx).endswith("harbour low tide")


@pytest.mark.parametrize("mdx", [False, True])
@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("{", ""),
        ("{", "}"),
        ("{\n\n", "}"),
        ("a {b\n", "}"),
        ("{{", ""),
        ("{{<", ""),
        ("{{< a\n", ""),
        ("{%", ""),
        ("{% raw %}", ""),
        ("{% comment %}", ""),
        ("{{ a | ", ""),
        ('{{ "a', ""),
        ("> ", ""),
        (":::note\n", ""),
        (":::note\n", ":::\n"),
        (":::{code}\n", ""),
        (":::a b\n", ""),
        ("```{note}\n", ""),
        ("<A ", ""),
        ("<A {", ""),
        ("<A '", ""),
        ('<A b="', ""),
        ("export const a = {\n", ""),
        ("\n\nexport const a = {\n", ""),
        ("import {", ""),
        ("{/*", ""),
        ("{`", ""),
        ("{'", ""),
        ("<A>", "</A>"),
        ("{a}", ""),
        ("{{< a >}}", "{{< /a >}}"),
        ("`{{a}}` ", ""),
    ],
    ids=repr,
)
def test_ten_thousand_openings_cost_no_more_than_their_length(opening: str, closing: str, mdx: bool) -> None:
    text = opening * 10_000 + "\n" + closing * 10_000 + "\n\n# harbour\n"
    marks = reader(mdx)(text)
    assert np.all(marks.ends <= len(text))
    assert not len(marks.ends) or marks.ends[-1] > 0
