"""How text that nobody vouches for enters each format; every writer of this package goes through here.

Nothing is dropped in silence: a character that a format cannot hold becomes U+FFFD.
"""

from __future__ import annotations

import re
import unicodedata

from layers.text import visible

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
CELL_LIMIT = 32_767  # characters a spreadsheet cell can hold
_CUT = " …[cut]"

_SURROGATES = re.compile("[\ud800-\udfff]")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()#!|~$:^]|(?<=www)\.", re.IGNORECASE)
_BREAKS = re.compile("[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


def storable(text: str) -> str:
    r"""Give text that UTF-8 can hold: lone surrogates become U+FFFD.

    Examples
    --------
    >>> storable("a\ud800b")
    'a�b'
    """
    return _SURROGATES.sub(REPLACEMENT, text)


def xml_text(text: str) -> str:
    r"""Give text that XML 1.0 can hold; what it cannot becomes U+FFFD. Markup is left to the XML writer.

    Examples
    --------
    >>> xml_text("a\x00b <c>")
    'a�b <c>'
    """
    return _NOT_XML.sub(REPLACEMENT, text)


def is_xml_text(text: str) -> bool:
    """Tell whether XML 1.0 can hold a text as it is."""
    return _NOT_XML.search(text) is None


def one_line(text: str) -> str:
    r"""Give text without line breaks, control characters and marks that turn its direction.

    Examples
    --------
    >>> one_line("a\r\nb\x1b[31m")
    'a b�[31m'
    """
    return visible(xml_text(_BREAKS.sub(" ", text)).replace("\t", " "))


def sheet_text(text: str) -> str:
    """Give text for a spreadsheet cell: XML characters only, within the length a cell can hold."""
    clean = visible(xml_text(text))
    return clean if len(clean) <= CELL_LIMIT else clean[: CELL_LIMIT - len(_CUT)] + _CUT


def csv_text(text: str) -> str:
    """Give text for a CSV cell that no spreadsheet takes for a formula: an apostrophe is put before it.

    Full-width signs count too, since East Asian spreadsheets read them as the narrow ones.

    Examples
    --------
    >>> csv_text("=1+1"), csv_text("＝1"), csv_text("5-minute")
    ("'=1+1", "'＝1", '5-minute')
    """
    clean = visible(xml_text(text))
    start = unicodedata.normalize("NFKC", clean.lstrip(" ")[:1]) if clean.lstrip(" ") else ""
    return "'" + clean if start.startswith(_FORMULA_STARTS) else clean


def markdown_text(text: str) -> str:
    r"""Give text that stays text in Markdown and in the HTML made of it, in a table cell too.

    Mentions (``@name``) are broken by an empty comment, links by escaping the colon.

    Examples
    --------
    >>> print(markdown_text("a|b <i>\n[x](http://y)"))
    a\|b &lt;i&gt; \[x\]\(http\://y\)
    """
    line = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(lambda found: "\\" + found[0], line).replace("@", "@<!-- -->")


def workflow_text(text: str) -> str:
    r"""Give the message of a GitHub workflow command: it cannot end the line and start another command.

    Examples
    --------
    >>> workflow_text("100 %\n::stop")
    '100 %25%0A::stop'
    """
    return visible(xml_text(text)).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """Give the value of a property (title, file) of a GitHub workflow command."""
    return workflow_text(text).replace(":", "%3A").replace(",", "%2C")
