"""The canonical columns of each kind of upload as Arrow types, and how delivered names map to them.

What belongs here: names and types. Values are read in `values`, judged in `suites`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import pyarrow as pa

from purchase_assets.kinds import KNOWN_KINDS, Holds, Kind

TIMESTAMP = pa.timestamp("us")

_TYPES = {Holds.NUMBER: pa.float64(), Holds.DAY: TIMESTAMP}
"""What is not text."""

SCHEMAS = {
    kind: pa.schema([(c.name, _TYPES.get(c.holds, pa.string())) for c in kind.columns])
    for kind in KNOWN_KINDS
}
"""Canonical schema per kind."""

_ALIASES: dict[str, str] = {
    "customer_id": "customer id_customer customerid cliente cliente_id id_cliente codigo_cliente "
    "cod_cliente numero_cliente nro_cliente num_cliente n_cliente no_cliente",
    "product_id": "product id_product productid sku producto producto_id id_producto "
    "codigo_producto cod_producto numero_producto nro_producto num_producto n_producto "
    "no_producto",
    "order_id": "order id_order orderid pedido pedido_id id_pedido numero_pedido nro_pedido "
    "num_pedido n_pedido no_pedido orden orden_id id_orden folio",
    "purchase_date": "date order_date fecha fecha_compra fecha_pedido fecha_de_compra fecha_venta",
    "items": "quantity qty units cantidad unidades cajas",
    "customer_type": "type tipo_cliente tipo_de_cliente tipo",
    "region_id": "region id_region",
    "zone_id": "zone id_zone zona zona_id id_zona",
    "latitude": "y lat latitud",
    "longitude": "x lon lng long longitud",
    "deliveries_per_week": "num_deliver_per_week entregas_por_semana entregas_semana "
    "num_entregas_semana",
    "visits_per_week": "num_visit_per_week visitas_por_semana visitas_semana num_visitas_semana",
    "brand": "marca",
    "category": "categoria",
    "sub_category": "subcategory subcategoria sub_categoria",
    "segment": "segmento",
    "package": "envase empaque formato",
    "size": "tamano tamanio volumen contenido",
    "customer_name": "name nombre nombre_cliente nombre_del_cliente",
    "product_name": "name nombre nombre_producto nombre_del_producto",
}


def fold(name: str) -> str:
    """`name` in lower case, without accents, words joined by underscores.

    >>> fold(" Tamaño (L) ")
    'tamano_l'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.casefold()).strip("_")


@dataclass(frozen=True)
class Columns:
    """How the delivered columns map to the canonical ones.

    Attributes
    ----------
    found : dict
        Canonical name -> delivered name.
    missing, absent : tuple of str
        Canonical columns that were not delivered: needed ones, optional ones that are asked for.
    extra : tuple of str
        Delivered columns that mean nothing here; they are dropped.
    clashes : dict
        Canonical name -> the delivered names that all claim it.
    """

    found: dict[str, str]
    missing: tuple[str, ...]
    absent: tuple[str, ...]
    extra: tuple[str, ...]
    clashes: dict[str, tuple[str, ...]]


def map_columns(delivered: Sequence[str], kind: Kind, column_names: Mapping[str, str]) -> Columns:
    """Find each canonical column of `kind` among the `delivered` names.

    The settings' own `column_names` win over exact names, and these over known synonyms.
    """
    names = [name for name in delivered if not _is_pandas_index(name)]
    own = {fold(theirs): ours for theirs, ours in column_names.items()}
    found: dict[str, str] = {}
    clashes: dict[str, tuple[str, ...]] = {}
    for column in (column.name for column in kind.columns):
        synonyms = {fold(alias) for alias in _ALIASES[column].split()}
        tiers: Iterable[list[str]] = (
            [name for name in names if own.get(fold(name)) == column],
            [name for name in names if fold(name) == column and fold(name) not in own],
            [name for name in names if fold(name) in synonyms and fold(name) not in own],
        )
        claims = next((tier for tier in tiers if tier), [])
        if len(claims) > 1:
            clashes[column] = tuple(claims)
        elif claims:
            found[column] = claims[0]
    given = {*found, *clashes}
    claimed = {*found.values(), *chain.from_iterable(clashes.values())}
    return Columns(
        found=found,
        missing=tuple(c for c in kind.needed if c not in given),
        absent=tuple(
            c.name for c in kind.columns if c.asked_for and not c.needed and c.name not in given
        ),
        extra=tuple(name for name in names if name not in claimed),
        clashes=clashes,
    )


def _is_pandas_index(name: str) -> bool:
    """Pandas writes its row labels as a column; they are no data."""
    return name == "" or re.fullmatch(r"__index_level_\d+__|Unnamed: \d+|index", name) is not None
