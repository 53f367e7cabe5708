//! The elements and attributes that XHTML in FHIR may have (FHIR R4, Narrative: HTML 4.0, chapters 7 to 11 without 4 of 9, and 15; the
//! lists are those that HL7's validator goes by).
//!
//! Names are compared as bytes, of which the compiler makes a tree of decisions.

/// Whether an element may stand in a narrative.
#[rustfmt::skip]
pub(in crate::validate::check) fn is_element(name: &str) -> bool {
    matches!(
        name.as_bytes(),
        b"p" | b"br" | b"div" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"a" | b"span" | b"b" | b"em" |
        b"i" | b"strong" | b"small" | b"big" | b"tt" | b"dfn" | b"q" | b"var" | b"abbr" | b"acronym" | b"cite" |
        b"blockquote" | b"hr" | b"address" | b"bdo" | b"kbd" | b"sub" | b"sup" | b"ul" | b"ol" | b"li" | b"dl" |
        b"dt" | b"dd" | b"pre" | b"table" | b"caption" | b"colgroup" | b"col" | b"thead" | b"tr" | b"tfoot" |
        b"tbody" | b"th" | b"td" | b"code" | b"samp" | b"img" | b"map" | b"area"
    )
}

/// Whether an element may have an attribute.
pub(in crate::validate::check) fn is_attribute(element: &str, attribute: &str) -> bool {
    match attribute.as_bytes() {
        b"title" | b"style" | b"class" | b"id" | b"lang" | b"xml:lang" | b"dir" | b"accesskey" | b"tabindex"
        | b"span" | b"width" | b"align" | b"valign" | b"char" | b"charoff" | b"abbr" | b"axis" | b"headers"
        | b"scope" | b"rowspan" | b"colspan" => true,
        _ if attribute.starts_with("xmlns") => true,
        _ => match element.as_bytes() {
            b"a" => matches!(
                attribute.as_bytes(),
                b"href" | b"name" | b"charset" | b"type" | b"hreflang" | b"rel" | b"rev" | b"shape" | b"coords"
            ),
            b"img" => matches!(
                attribute.as_bytes(),
                b"src" | b"border" | b"alt" | b"longdesc" | b"height" | b"usemap" | b"ismap"
            ),
            b"blockquote" | b"q" => attribute == "cite",
            b"map" => attribute == "name",
            b"area" => matches!(attribute.as_bytes(), b"shape" | b"coords" | b"href" | b"nohref" | b"alt"),
            b"table" => {
                matches!(
                    attribute.as_bytes(),
                    b"summary" | b"border" | b"frame" | b"rules" | b"cellspacing" | b"cellpadding"
                )
            }
            b"pre" => attribute == "space",
            b"td" => attribute == "nowrap",
            _ => false,
        },
    }
}

/// Whether an element may not stand inside a paragraph.
pub(in crate::validate::check) fn is_block(name: &str) -> bool {
    matches!(name.as_bytes(), b"div" | b"blockquote" | b"table" | b"ol" | b"ul" | b"p")
}
