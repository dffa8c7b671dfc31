"""The drawings of the page: inline SVG, and levels of colour. Every text in them is escaped by markupsafe."""

import math
from collections.abc import Sequence

from markupsafe import Markup

from evalkit.anatomy.attention import Attention
from evalkit.anatomy.embeddings import Space, Word
from evalkit.anatomy.marks import marked
from evalkit.anatomy.regions import REGIONS
from evalkit.anatomy.terminal.cells import percent

LEVELS = 5  # of colour, besides none
SIDE = 320  # pixels of a map
CELL = 15


def level(value: float, most: float) -> int:
    """A level of colour from 0 to LEVELS, by the square root: small shares stay visible.

    >>> [level(share, 1.0) for share in (0.0, 0.01, 0.3, 1.0)]
    [0, 1, 3, 5]
    """
    if value <= 0 or most <= 0:
        return 0
    return max(1, min(LEVELS, round(math.sqrt(value / most) * LEVELS)))


def plane_map(words: Sequence[Word], space: Space, of_context: bool) -> Markup:
    """The words on the two directions of most variance."""
    places = [word.context_place if of_context else word.input_place for word in words]
    marks = Markup("").join(
        Markup(
            '<g tabindex="0" role="graphics-symbol" aria-label="{tip}"><circle cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
            '<text x="{tx:.1f}" y="{y:.1f}" text-anchor="{side}" dy="-8">{name}</text></g>'
        ).format(tip=f"{word.word}: {' | '.join(word.pieces)}", x=x, y=y, tx=x, side=_side(x), name=word.word)
        for word, (x, y) in zip(words, _scaled(places), strict=True)
    )
    label = f"Map of {len(words)} words, {space.name}; the two directions hold {space.shown:.0%} of the variance"
    return Markup('<svg class="map" viewBox="0 0 {s} {s}" role="group" aria-label="{label}">{marks}</svg>').format(
        s=SIDE, label=label, marks=marks
    )


def _side(x: float) -> str:
    return "start" if x < SIDE / 4 else "end" if x > SIDE * 3 / 4 else "middle"


def _scaled(places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Into the square, with the same scale both ways."""
    largest = max((abs(value) for place in places for value in place), default=0.0) or 1.0
    half = SIDE / 2 - 30
    return [(SIDE / 2 + x / largest * half, SIDE / 2 - y / largest * half) for x, y in places]


def head_grid(found: Attention) -> Markup:
    """A cell for each layer and head: its colour is the share that does not go to the first token, its tip what it
    goes to, and `data-weights` a level for each token of the context, for the script."""
    layers, heads, _ = found.weights.shape
    cells = Markup("").join(_head(found, row, head) for row in range(layers) for head in range(heads))
    labels = Markup("").join(
        Markup('<text x="26" y="{y}" text-anchor="end">{layer}</text>').format(y=row * CELL + 11, layer=layer)
        for row, layer in enumerate(found.layers)
    )
    width, height = 32 + heads * CELL, layers * CELL + 2
    return Markup(
        '<svg class="heads" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="group" '
        'aria-label="Attention of {n} heads in {m} layers; choose one to see what it attends to">{labels}{cells}</svg>'
    ).format(w=width, h=height, n=heads, m=layers, labels=labels, cells=cells)


def _head(found: Attention, row: int, head: int) -> Markup:
    weights = found.weights[row, head]
    by_index = {each.index: each for each in found.seen}
    shares = dict.fromkeys(REGIONS, 0.0)
    for at, weight in enumerate(weights.tolist()):
        shares[by_index[at + found.first].region] += weight
    ordered = sorted(((share, name) for name, share in shares.items() if share >= 0.005), reverse=True)
    best = by_index[int(weights.argmax()) + found.first]
    told = ", ".join(f"{name} {percent(share)}" for share, name in ordered[:5])
    most = float(weights.max())
    tip = f"Layer {found.layers[row]}, head {head}: {told}. Most: '{marked(best.text, 24)}' {percent(most)}"
    levels = "".join(str(level(weight, most)) if weight > 0.002 else "0" for weight in weights.tolist())
    return Markup(
        '<rect tabindex="-1" role="graphics-symbol" aria-label="{tip}" data-weights="{levels}" x="{x}" y="{y}" '
        'width="13" height="13" class="h{level}"/>'
    ).format(tip=tip, levels=levels, x=32 + head * CELL, y=row * CELL, level=level(1 - shares["first token"], 1.0))
