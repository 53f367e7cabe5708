//! The elements and attributes that XHTML in FHIR may have (FHIR R4, Narrative: HTML 4.0, chapters 7 to 11 without 4 of 9, and 15; the
//! lists are those that HL7's validator goes by).

/// Whether an element may stand in a narrative.
pub(in crate::validate::check) fn is_element(name: &str) -> bool {
    matches!(
        name,
        "p" | "br"
            | "div"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "a"
            | "span"
            | "b"
            | "em"
            | "i"
            | "strong"
            | "small"
            | "big"
            | "tt"
            | "dfn"
            | "q"
            | "var"
            | "abbr"
            | "acronym"
            | "cite"
            | "blockquote"
            | "hr"
            | "address"
            | "bdo"
            | "kbd"
            | "sub"
            | "sup"
            | "ul"
            | "ol"
            | "li"
            | "dl"
            | "dt"
            | "dd"
            | "pre"
            | "table"
            | "caption"
            | "colgroup"
            | "col"
            | "thead"
            | "tr"
            | "tfoot"
            | "tbody"
            | "th"
            | "td"
            | "code"
            | "samp"
            | "img"
            | "map"
            | "area"
    )
}

/// Whether an element may have an attribute.
pub(in crate::validate::check) fn is_attribute(element: &str, attribute: &str) -> bool {
    match attribute {
        "title" | "style" | "class" | "id" | "lang" | "xml:lang" | "dir" | "accesskey" | "tabindex" | "span"
        | "width" | "align" | "valign" | "char" | "charoff" | "abbr" | "axis" | "headers" | "scope" | "rowspan"
        | "colspan" => true,
        _ if attribute.starts_with("xmlns") => true,
        _ => match element {
            "a" => matches!(
                attribute,
                "href" | "name" | "charset" | "type" | "hreflang" | "rel" | "rev" | "shape" | "coords"
            ),
            "img" => matches!(attribute, "src" | "border" | "alt" | "longdesc" | "height" | "usemap" | "ismap"),
            "blockquote" | "q" => attribute == "cite",
            "map" => attribute == "name",
            "area" => matches!(attribute, "shape" | "coords" | "href" | "nohref" | "alt"),
            "table" => {
                matches!(attribute, "summary" | "border" | "frame" | "rules" | "cellspacing" | "cellpadding")
            }
            "pre" => attribute == "space",
            "td" => attribute == "nowrap",
            _ => false,
        },
    }
}

/// Whether an element may not stand inside a paragraph.
pub(in crate::validate::check) fn is_block(name: &str) -> bool {
    matches!(name, "div" | "blockquote" | "table" | "ol" | "ul" | "p")
}
