"""Renders Markdown as GitHub does. Files that differ in what others wrote into them must have the same elements in the same order."""

import sys
from html.parser import HTMLParser

from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options


class Elements(HTMLParser):
    """The elements and comments of a text, but for code and links, which are where words are."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("code", "a"):
            self.found.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("code", "a"):
            self.found.append("/" + tag)

    def handle_comment(self, data):
        self.found.append("!" + data)


def elements(name):
    with open(name, encoding="utf-8") as file:
        html = github_flavored_markdown_to_html(file.read(), Options.CMARK_OPT_UNSAFE)
    parser = Elements()
    parser.feed(html)
    return parser.found


files = sys.argv[1:]
expected = elements(files[0])
if expected.count("details") != 2:
    sys.exit(f"{files[0]} is not what is expected: {expected}")
different = [name for name in files if elements(name) != expected]
for name in different:
    print(f"{name} has other elements than {files[0]}: {elements(name)}")
print(f"{len(files) - len(different)} passed, {len(different)} failed")
sys.exit(len(different) > 0)
