"""Renames one Python source: exactly the names that belong to the interface, every other byte unchanged."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import libcst as cst
from libcst import matchers

from evalkit.identifiers.bindings import Bindings, Role
from evalkit.identifiers.calls import Calls
from evalkit.identifiers.holds import Holds
from evalkit.identifiers.inference import Inference
from evalkit.identifiers.interface import Interface

Names = Mapping[str, str]
Prose = Callable[[str], str]

_REACH_BY_NAME = frozenset({"getattr", "hasattr", "setattr", "delattr"})
_LIST_MEMBERS = frozenset({"__slots__", "__match_args__"})


def rename_source(source: str, role: Role, interface: Interface, names: Names, prose: Prose) -> str:
    """The source with the interface's names replaced; docstrings and comments go through `prose`.

    Raises libcst.ParserSyntaxError when the source is not Python.
    """
    bindings = Bindings(source, role, interface)
    finder = _Finder(bindings, names, prose)
    bindings.module.visit(finder)
    renamed = bindings.module.visit(_Replacer(finder.replaced))
    return cst.ensure_type(renamed, cst.Module).code


class _Replacer(cst.CSTTransformer):
    """Puts new text into names, strings and comments."""

    def __init__(self, replaced: Mapping[cst.CSTNode, str]) -> None:
        super().__init__()
        self._replaced = replaced

    def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> cst.CSTNodeT:
        if original_node in self._replaced:
            return updated_node.with_changes(value=self._replaced[original_node])
        return updated_node


class _Finder(cst.CSTVisitor):
    """Finds the nodes to replace."""

    def __init__(self, bindings: Bindings, names: Names, prose: Prose) -> None:
        super().__init__()
        self.replaced: dict[cst.CSTNode, str] = {}
        self._decided: set[cst.CSTNode] = set()  # names that are no variables: seen to with what holds them
        self._bindings, self._names, self._prose = bindings, names, prose
        self._interface = bindings.interface
        self._inference = Inference(bindings)
        self._calls = Calls(bindings, self._inference)

    def visit_Name(self, node: cst.Name) -> None:
        if node not in self._decided and self._bindings.is_interface(node):
            self._replace(node)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        solution = isinstance(node.module, cst.Name) and node.module.value == "solution" and not node.relative
        if solution and not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                if isinstance(alias.name, cst.Name) and alias.name.value in self._interface.top_level:
                    self._replace(alias.name)
        return False

    def visit_Global(self, node: cst.Global) -> bool:
        return self._replace_items(node)

    def visit_Nonlocal(self, node: cst.Nonlocal) -> bool:
        return self._replace_items(node)

    def visit_Import(self, node: cst.Import) -> bool:
        return False

    def visit_Arg(self, node: cst.Arg) -> None:
        if node.keyword is not None:
            self._decided.add(node.keyword)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self._decided.add(node.attr)
        if node.attr.value in self._names and self._inference.renames_member(node):
            self._replace(node.attr)

    def visit_MatchClass(self, node: cst.MatchClass) -> None:
        self._decided.update(element.key for element in node.kwds)
        if self._inference.holds(node.cls) is Holds.INTERFACE:
            for element in node.kwds:
                if element.key.value in self._interface.members:
                    self._replace(element.key)

    def visit_Call(self, node: cst.Call) -> None:
        taken = self._calls.keywords(node)
        self._replace_keywords(node.args, taken)
        for argument in node.args:
            if argument.star == "**":
                self._replace_keys(argument.value, taken)
        self._replace_reached(node)

    def visit_Assign(self, node: cst.Assign) -> None:
        targets = {each.target.value for each in node.targets if isinstance(each.target, cst.Name)}
        if targets & _LIST_MEMBERS:
            self._replace_strings(node.value, self._interface.members)
        elif "__all__" in targets and self._bindings.role is Role.SOLUTION:
            self._replace_strings(node.value, self._interface.top_level)

    def visit_Annotation(self, node: cst.Annotation) -> None:
        self._replace_strings(node.annotation, self._interface.classes)

    def visit_Expr(self, node: cst.Expr) -> None:
        if isinstance(node.value, cst.SimpleString):
            string = node.value
            before, after = f"{string.prefix}{string.quote}", string.quote
            self.replaced[string] = f"{before}{self._prose(string.raw_value)}{after}"

    def visit_Comment(self, node: cst.Comment) -> None:
        self.replaced[node] = self._prose(node.value)

    def _replace(self, node: cst.Name) -> None:
        if node.value in self._names:
            self.replaced[node] = self._names[node.value]

    def _replace_items(self, node: cst.Global | cst.Nonlocal) -> bool:
        for item in node.names:
            if self._bindings.is_interface(item.name, at=node):
                self._replace(item.name)
        return False

    def _replace_strings(self, node: cst.BaseExpression, allowed: frozenset[str]) -> None:
        """Replace the whole words that are allowed names in the strings of an expression."""

        def new(word: re.Match[str]) -> str:
            return self._names.get(word[0], word[0]) if word[0] in allowed else word[0]

        for string in _strings(node):
            self.replaced[string] = re.sub(r"\w+", new, string.value)

    def _replace_keywords(self, arguments: Sequence[cst.Arg], taken: frozenset[str]) -> None:
        for argument in arguments:
            if argument.keyword is not None and argument.keyword.value in taken:
                self._replace(argument.keyword)

    def _replace_keys(self, node: cst.BaseExpression, taken: frozenset[str]) -> None:
        """The keys of a dictionary that is passed as `**`: written out, or kept in a variable."""
        match node:
            case cst.Name():
                for value in self._bindings.values(node):
                    self._replace_keys(value.expression, taken)
            case cst.Dict(elements=elements):
                for element in elements:
                    if isinstance(element, cst.DictElement):
                        self._replace_strings(element.key, taken)
                    else:
                        self._replace_keys(element.value, taken)
            case cst.Call(func=cst.Name(value="dict"), args=arguments):
                self._replace_keywords(arguments, taken)

    def _replace_reached(self, node: cst.Call) -> None:
        """Members given as text: `getattr(pool, "size")`, `attrgetter("size")`."""
        match node:
            case cst.Call(func=cst.Name(value=name), args=[owner, reached, *_]) if name in _REACH_BY_NAME:
                for string in _strings(reached.value):
                    word = str(string.evaluated_value)
                    if word.isidentifier() and self._is_member(owner.value, word):
                        self._replace_strings(string, self._interface.members)
            case cst.Call(func=cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name))):
                if name in ("attrgetter", "methodcaller"):
                    for argument in node.args[: 1 if name == "methodcaller" else None]:
                        self._replace_strings(argument.value, self._inference.own_members)

    def _is_member(self, owner: cst.BaseExpression, name: str) -> bool:
        return self._inference.renames_member(cst.Attribute(owner, cst.Name(name)))


def _strings(node: cst.BaseExpression) -> Iterator[cst.SimpleString]:
    for found in matchers.findall(node, matchers.SimpleString()):
        yield cst.ensure_type(found, cst.SimpleString)
