"""Text is escaped, and markup is not."""

from mannscope.pages.markup import Markup, element, join, table


def test_text_and_attributes_are_escaped_and_markup_is_not() -> None:
    made = element("p", "<b>", Markup("<i></i>"), attributes={"title": '"&'})
    assert made == '<p title="&quot;&amp;">&lt;b&gt;<i></i></p>'


def test_parts_are_escaped_and_the_separator_is_not() -> None:
    assert join(["a<", Markup("<br>")], ", ") == "a&lt;, <br>"


def test_a_table_scrolls_in_a_box_named_like_its_caption() -> None:
    made = table("A & B", ["one"], [])
    assert made.startswith('<div class="scroll" role="region" aria-label="A &amp; B" tabindex="0"><table>')
