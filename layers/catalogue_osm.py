"""Rows of the catalogue for OpenStreetMap imports: code, severity, meaning (zh, en), remedy (zh, en)."""

from __future__ import annotations

from layers.catalogue_rows import Row  # noqa: TC001 - the type of what is here

OSM_ROWS: tuple[Row, ...] = (
    (
        "osm.area_broken",
        "warning",
        ("面的边界不闭合或自相交，未采用", "the rings of an area do not close or cross themselves; left out"),
        ("在 OpenStreetMap 中改正该对象后重新导入", "correct the object in OpenStreetMap and import again"),
    ),
    (
        "osm.area_incomplete",
        "warning",
        ("面的一部分在数据范围之外，未采用", "parts of an area lie outside the extract; it is left out"),
        ("改用范围更大的数据", "take a larger extract"),
    ),
    (
        "osm.ways_cut",
        "info",
        (
            "道路有节点在数据范围之外，只采用范围内的部分",
            "ways have nodes outside the extract; the rest is used",
        ),
        ("如影响市区，改用范围更大的数据", "take a larger extract where it concerns the city"),
    ),
    (
        "osm.extract_small",
        "warning",
        ("数据没有盖住整个行政区", "the extract does not cover the whole city"),
        (
            "改用范围更大的数据，否则未覆盖处没有道路和公园",
            "take a larger extract: streets and parks are missing there",
        ),
    ),
    (
        "osm.network_parts",
        "warning",
        ("步行路网不连通的部分较多", "much of the walking network does not hang together"),
        ("检查道路是否共用节点", "check whether streets share nodes"),
    ),
    (
        "osm.class_unknown",
        "info",
        ("highway 取值未定义，不算步行道路", "highway has a value nobody defined; not walkable"),
        ("如可步行，在 OpenStreetMap 中改正取值", "correct the value in OpenStreetMap if it can be walked"),
    ),
    (
        "osm.ways_private",
        "info",
        ("不对公众开放的道路未采用", "ways not open to the public are left out"),
        ("无需处理；门禁小区内的道路属于此类", "nothing to do; streets of gated blocks are among them"),
    ),
    (
        "osm.barriers_closed",
        "info",
        ("上锁或不开放的门把道路断开", "locked or private gates cut the ways they stand on"),
        ("无需处理", "nothing to do"),
    ),
    (
        "osm.park_private",
        "info",
        ("公园不对公众开放，未采用", "a park that is not open to the public is left out"),
        ("如对公众开放，在 OpenStreetMap 中改正 access", "correct its access in OpenStreetMap if it is open"),
    ),
    (
        "osm.gardens",
        "info",
        ("未注明对公众开放的花园不算公园", "gardens that do not say that the public may enter are no parks"),
        ("为公共花园注明 access=yes", "tag public gardens access=yes"),
    ),
    (
        "osm.protected_not_nature",
        "info",
        (
            "保护地不是为保护自然设立，不作为红线替代",
            "an area protected for other reasons than nature is left out",
        ),
        ("核对 protect_class", "check its protect_class"),
    ),
    (
        "osm.residential_from_buildings",
        "warning",
        (
            "居住用地很少标注，以住宅建筑基底代替",
            "residential land is hardly mapped; footprints of homes stand in for it",
        ),
        ("提供官方居住用地图层", "bring the official residential land"),
    ),
    (
        "osm.built_up_closed",
        "warning",
        (
            "建成区由城镇用地和建筑推定，不是官方建成区",
            "the built-up area is drawn from urban land use and buildings; it is not the official one",
        ),
        ("提供官方建成区图层", "bring the official built-up area"),
    ),
    (
        "osm.layer_empty",
        "info",
        ("数据中没有这类对象，未写出该图层", "the extract holds none of these; the layer is not written"),
        ("如城市中确有，提供官方图层", "bring the official layer if the city has them"),
    ),
    (
        "osm.text_undecodable",
        "warning",
        ("文字不是 UTF-8，对象未采用", "text is not UTF-8; the object is left out"),
        ("重新下载数据", "download the extract again"),
    ),
    (
        "osm.date_unknown",
        "info",
        ("数据没有注明日期", "the extract does not say its date"),
        ("在 city.toml 中填写 as_of", "write as_of in city.toml"),
    ),
    (
        "osm.district_fields",
        "info",
        ("分区的编号和名称取自猜测的字段", "the districts' ids and names come from guessed columns"),
        ("核对，不对时改正分区文件的字段名", "check; rename the columns of the file if wrong"),
    ),
)
