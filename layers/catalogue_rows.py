"""Rows of the catalogue: code, severity, meaning (zh, en), remedy (zh, en)."""

from __future__ import annotations

Row = tuple[str, str, tuple[str, str], tuple[str, str]]

_GEOMETRY: tuple[Row, ...] = (
    (
        "geometry.invalid",
        "warning",
        ("几何无效（自相交、环次序等），已自动修复", "invalid shape (self-crossing, ring order), repaired"),
        ("核对修复前后面积；在源数据中改正", "compare the area before and after; correct the source"),
    ),
    (
        "geometry.unrepairable",
        "error",
        ("几何无法修复成本图层应有的形状，未采用", "cannot be repaired to the layer's shape; left out"),
        ("在源数据中重新绘制该要素", "draw the feature again in the source"),
    ),
    (
        "geometry.empty",
        "warning",
        ("要素没有几何，未采用", "row without a shape; left out"),
        ("补绘几何或删除该行", "draw the shape or delete the row"),
    ),
    (
        "geometry.not_finite",
        "error",
        ("坐标含 NaN 或无穷大，要素未采用", "coordinates are NaN or infinite; feature left out"),
        ("在源数据中改正坐标", "correct the coordinates in the source"),
    ),
    (
        "geometry.type",
        "error",
        ("要素的几何类型与图层不符，未采用", "feature of another geometry type; left out"),
        ("把该要素移到合适的图层", "move the feature to a layer of its type"),
    ),
    (
        "geometry.mixed",
        "warning",
        ("几何集合中只采用了本图层类型的部分", "of a collection only the layer's own type was used"),
        ("把几何集合拆分为单一类型", "split the collection"),
    ),
    (
        "geometry.ring_order",
        "info",
        ("环的方向与格式规定相反", "rings run the wrong way round for the format"),
        ("重新导出该文件", "export the file again"),
    ),
    (
        "geometry.z",
        "info",
        ("含高程 (Z) 或测量值 (M)，已忽略", "has heights (Z) or measures (M); ignored"),
        ("无需处理", "nothing to do"),
    ),
    (
        "geometry.curve",
        "info",
        ("含曲线，读取时已离散为折线", "has curves, read as short straight lines"),
        ("如需精确面积，请在 GIS 中加密后导出", "densify in a GIS where exact areas matter"),
    ),
    (
        "geometry.multipart",
        "info",
        ("要素由多个部分组成", "feature of several parts"),
        ("确认各部分确属同一要素", "make sure that the parts belong together"),
    ),
    (
        "geometry.duplicate",
        "warning",
        ("两个要素的几何完全相同", "two features of the same shape"),
        ("删除多余的一个；面积只计一次", "delete one; area is counted once"),
    ),
    (
        "geometry.sliver",
        "warning",
        ("面积很小而狭长的碎面", "small, thin polygon"),
        ("合并到相邻图斑或删除", "merge into a neighbour or delete"),
    ),
    (
        "geometry.spike",
        "warning",
        ("边界上有尖刺（极小的夹角）", "edge has a spike (very acute angle)"),
        ("删除尖刺顶点", "delete the vertex of the spike"),
    ),
    (
        "geometry.self_overlap",
        "warning",
        ("多部件要素的各部分互相重叠，只计一次", "parts of one feature overlap; counted once"),
        ("合并重叠部分", "dissolve the parts"),
    ),
    (
        "geometry.tiny",
        "info",
        ("面积不足 1 m² 或长度不足 0.1 m", "smaller than 1 m² or shorter than 0.1 m"),
        ("确认是否为残留碎片", "see whether it is a left-over"),
    ),
)

_ATTRIBUTES: tuple[Row, ...] = (
    (
        "attribute.missing",
        "warning",
        ("必填字段在部分要素中为空", "required field is empty in some features"),
        ("补填该字段", "fill in the field"),
    ),
    (
        "attribute.type",
        "warning",
        ("字段值不能解读为应有的类型，按空值处理", "value is not of the field's type; treated as empty"),
        ("改正该值", "correct the value"),
    ),
    (
        "attribute.code_list",
        "warning",
        ("字段值不在代码表内，按空值处理", "value is not in the list of choices; treated as empty"),
        ("改用代码表中的值", "use a value of the list"),
    ),
    (
        "attribute.code",
        "warning",
        ("用地代码不在现行用地用海分类内", "land-use code is not in the current classification"),
        ("核对分类版本与代码", "check the edition and the code"),
    ),
    (
        "attribute.code_zero",
        "info",
        ("代码以数字存储丢失了前导零，已补回", "code stored as a number lost its leading zero; restored"),
        ("把代码字段存为文本", "store codes as text"),
    ),
    (
        "attribute.range",
        "warning",
        ("数值超出允许范围，按空值处理", "number out of range; treated as empty"),
        ("改正该值及其单位", "correct the value and its unit"),
    ),
    (
        "attribute.percent",
        "warning",
        ("0–1 的比值以百分数填写，已除以 100", "a 0-1 ratio was given in per cent; divided by 100"),
        ("确认单位", "make sure of the unit"),
    ),
    (
        "attribute.duplicate_id",
        "warning",
        ("标识重复，已加后缀区分", "identifier used twice; a suffix was added"),
        ("使标识唯一", "make identifiers unique"),
    ),
    (
        "attribute.merged",
        "info",
        ("同一标识的多行已合并为一个要素", "rows of one identifier were merged into one feature"),
        ("如非同一对象，请改用不同标识", "give different things different identifiers"),
    ),
    (
        "attribute.conflict",
        "warning",
        ("同一标识的各行属性不一致，采用第一行", "rows of one identifier disagree; the first was used"),
        ("统一各行属性", "make the rows agree"),
    ),
    (
        "attribute.no_id",
        "info",
        ("源数据没有标识字段，已按位置编号", "no identifier field; features were numbered by place"),
        ("提供唯一标识字段", "bring a field of unique identifiers"),
    ),
    (
        "attribute.encoding",
        "warning",
        ("文本疑为编码错误（乱码）", "text looks garbled by a wrong encoding"),
        ("在 city.toml 中声明 encoding", "declare encoding in city.toml"),
    ),
)

_POPULATION: tuple[Row, ...] = (
    (
        "population.moved",
        "info",
        (
            "人口在不同图形之间转移，前后总数",
            "residents moved between shapes: total before and after",
        ),
        ("核对总数与落在居住用地以外的比例", "see the totals and the share that lay on no residential land"),
    ),
    (
        "population.lost",
        "error",
        ("人口转移前后总数相差超过 0.1%，未采用", "moving residents lost more than 0.1 % of them; not used"),
        ("补齐居住用地，或核对人口图层", "complete the residential land, or check the population layer"),
    ),
    (
        "population.beneath",
        "warning",
        (
            "居住用地全部位于其他居住用地之内，其居民未计入",
            "residential plots lie wholly within others; their residents are not counted",
        ),
        (
            "删去重复的居住用地，或把其居民并入留下的",
            "remove the plots or give their residents to those that stay",
        ),
    ),
)

_TOPOLOGY: tuple[Row, ...] = (
    (
        "topology.overlap",
        "warning",
        ("不应重叠的要素互相重叠；面积只计一次", "features overlap that should not; area is counted once"),
        ("消除重叠", "remove the overlap"),
    ),
    (
        "topology.gap",
        "warning",
        ("各区之间有缝隙", "gap between districts"),
        ("使相邻边界重合", "make the edges meet"),
    ),
    (
        "topology.uncovered",
        "warning",
        ("行政区范围未被各区完全覆盖", "districts do not cover the whole boundary"),
        ("补齐各区，或以区为准修改范围", "complete the districts, or correct the boundary"),
    ),
    (
        "topology.outside",
        "warning",
        ("要素完全在行政区范围以外", "feature lies outside the boundary"),
        ("确认坐标与范围", "check coordinates and boundary"),
    ),
    (
        "topology.far",
        "info",
        ("距行政区范围超过 5 km 的要素未采用", "features more than 5 km from the boundary were left out"),
        ("无需处理", "nothing to do"),
    ),
    (
        "topology.nesting",
        "warning",
        ("保护区等级未依次包含（一级应在二级内，二级应在准保护区内）", "zones are not nested by class"),
        ("核对划定成果", "check against the official delineation"),
    ),
    (
        "topology.boundary_from_districts",
        "info",
        ("没有行政区范围图层，以各区合并代替", "no boundary layer; the union of the districts stands for it"),
        ("提供行政区范围图层", "bring a boundary layer"),
    ),
)

_NETWORK: tuple[Row, ...] = (
    (
        "network.island",
        "warning",
        ("路网有与主体不连通的部分", "part of the network is cut off from the rest"),
        ("补上缺失的连接", "add the missing link"),
    ),
    (
        "network.dangle",
        "warning",
        ("线的端点差一点没有接到另一条线", "line ends just short of another"),
        ("捕捉端点", "snap the end"),
    ),
    (
        "network.crossing",
        "warning",
        ("两线在同一高程层相交而无节点", "lines of one level cross without a node"),
        ("在交点打断，或填写高程层", "split at the crossing, or fill in the level"),
    ),
    (
        "network.zero_length",
        "warning",
        ("线的长度为零", "line of zero length"),
        ("删除该线", "delete the line"),
    ),
)

_REST: tuple[Row, ...] = (
    (
        "time.order",
        "error",
        ("基期晚于现状", "the baseline is later than the present"),
        ("改正两个图层的 as_of", "correct as_of of the two layers"),
    ),
    (
        "time.future",
        "warning",
        ("图层日期晚于城市的日期", "layer dated after the city's date"),
        ("改正 as_of", "correct as_of"),
    ),
    (
        "time.old",
        "info",
        ("图层比城市的日期早 5 年以上", "layer is more than 5 years older than the city's date"),
        ("使用较新的数据", "use newer data"),
    ),
    (
        "check.more",
        "info",
        ("同类问题还有若干处，未逐一列出", "more faults of one kind than are listed here"),
        ("运行 shanhai validate 查看全部", "run shanhai validate to see them all"),
    ),
    (
        "check.stated_area",
        "warning",
        ("登记面积与几何面积不符", "stated area differs from the shape's"),
        ("核对单位、坐标系与几何", "check unit, coordinate system and shape"),
    ),
    (
        "read.no_features",
        "warning",
        (
            "图层没有要素，按“一个也没有”计算（仅建设用地、排污口）",
            "the layer has no features, which counts as none at all (construction and outfalls alone)",
        ),
        (
            "确认确实没有，而不是导出时遗漏",
            "make sure that there are none, not that the export left them out",
        ),
    ),
    (
        "read.warning",
        "warning",
        ("读取数据的程序库给出的提示", "a warning of the library that reads the file"),
        ("在源数据中改正后重新导出", "correct the source and export it again"),
    ),
    (
        "park.class_absent",
        "warning",
        (
            "公园图层缺少某一类别，该类和三类均可达的比例没有值",
            "a class of park is absent: its share, and that for all classes, have no value",
        ),
        ("补充该类公园，或填写 park_class 字段", "add such parks, or fill in park_class"),
    ),
    (
        "check.residents",
        "warning",
        ("各区人口之和与全市不符", "residents of the districts do not sum to the city's"),
        ("核对年份与口径", "check year and definition"),
    ),
)

ROWS: tuple[Row, ...] = _GEOMETRY + _ATTRIBUTES + _POPULATION + _TOPOLOGY + _NETWORK + _REST
