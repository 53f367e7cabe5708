//! Narratives: HL7's verdicts on many forms, ids and links, languages, and properties.

use std::time::Instant;

use case2fhir::issue::Severity;
use case2fhir::validate::check::narrative::{
    HtmlRules, Mark, NarrativeFault, check_language, first_look, html_checks, judge, marks, rules,
};
use proptest::prelude::*;

/// What narratives are made of, and what is wrong in one.
const PARTS: &[&str] = &[
    "x",
    " ",
    "é",
    "&amp;",
    "&#160;",
    "&#10;",
    "&nbsp;",
    "&lt",
    "<b>y</b>",
    "<p>",
    "</p>",
    "<p>z</p>",
    "<div>",
    "</div>",
    "<br/>",
    "<br />",
    "<td nowrap=\"nowrap\">",
    "</td>",
    "<a href=\"#a\">",
    "</a>",
    "<a name='a' id=\"a\"/>",
    "<b id=\"b\"/>",
    "<b id=\"c\"/>",
    "<ul><li>q</li></ul>",
    "<img src=\"a.png\"/>",
    "<a href=\"javascript:x\"/>",
    "<a href=\"JavaScript:x\"/>",
    "<a href=\"&#106;avascript:x\"/>",
    "<a href=\"\"/>",
    "<a href=\"data:image/png;base64,AAAA\"/>",
    "<a href=\"a b\"/>",
    "<p title=\"a<b\">x</p>",
    "<p title=\"a&amp;b\" class=''>x</p>",
    "<b\nid='d'\n/>",
    "<blockquote>x</blockquote>",
    "<colgroup></colgroup>",
    "<i title=\"1\" title=\"2\">x</i>",
    "<!-- a -->",
    "<!-->",
    "<![CDATA[x]]>",
    "<?x?>",
    "<b xmlns=\"http://www.w3.org/1999/xhtml\">x</b>",
    "<b xmlns=\"urn:x\">x</b>",
    "<x:b xmlns:x=\"http://www.w3.org/1999/xhtml\">x</x:b>",
    "<q cite=\"a\">x</q>",
    "<q cite=\"javascript:a\">x</q>",
    "<area href=\"#b\"/>",
    "<td accesskey=\"a\" xml:lang=\"en\">x</td>",
    "\u{202e}",
    "\0",
    "\u{2019}",
    "</b>",
    "<b>",
    "<B>x</B>",
    "<script>x</script>",
    "</p >",
    "<b title=\"a\"id=\"b\">x</b>",
];

const DECLARATION: &str = "xmlns=\"http://www.w3.org/1999/xhtml\"";

fn faults(div: &str) -> Vec<NarrativeFault<'_>> {
    let mut list = Vec::new();
    let rules = judge(div, &mut |fault| list.push(fault));
    // Where a first look sees nothing to say, nothing is said, in any test.
    if let Some(has_fragments) = first_look(div) {
        assert_eq!(list, [], "{div}");
        assert_eq!(rules, HtmlRules { allowed: true, content: true }, "{div}");
        let mut any_fragment = false;
        marks(div, &mut |mark| any_fragment |= matches!(mark, Mark::Fragment(_)));
        assert_eq!(has_fragments, any_fragment, "{div}");
    }
    list
}

fn count(div: &str, severity: Severity) -> usize {
    faults(div).iter().filter(|fault| fault.severity == severity).count()
}

fn div(inner: &str) -> String {
    format!("<div {DECLARATION}>{inner}</div>")
}

/// So many elements with ids.
fn ids(count: usize) -> String {
    (0..count).fold(String::new(), |text, id| text + "<b id=\"i" + &id.to_string() + "\">x</b>")
}

/// Where we say something else than HL7's validator about the errors: the div as in the table, errors, invariants, why.
const DIFFERENT: &[(&str, &str, &str, &str)] = &[
    (
        "<div XM>&bogus;</div>",
        "1",
        "-",
        "any named entity beyond XML's five is one error; that validator knows which are HTML's",
    ),
    ("<div XM>&AMP;</div>", "1", "-", "as above"),
    ("<DIV XM>x</DIV>", "1", "txt-1", "that validator turns the first name into lower case, and stops at the last"),
    ("<div XM><![CDATA[x]]></div>", "0", "-", "CDATA is text"),
    ("<div XM><!DOCTYPE x [<!ENTITY a \"b\">]>x&a;</div>", "2", "txt-1", "the declaration is passed over, not read"),
];

#[test]
fn the_verdicts_are_those_of_hl7s_validator() {
    let mut wrong = Vec::new();
    let mut total = 0;
    for row in include_str!("narrative_forms.tsv").lines().filter(|line| !line.starts_with('#')) {
        let [json, errors, _, invariants] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("a row: {row}") };
        total += 1;
        let short: String = serde_json::from_str(json).unwrap();
        let text = short.replace("XM", DECLARATION);
        let rules = rules(&text);
        let failed = match (rules.allowed, rules.content) {
            (true, true) => "-",
            (false, true) => "txt-1",
            (true, false) => "txt-2",
            (false, false) => "txt-1,txt-2",
        };
        let ours = (count(&text, Severity::Error).to_string(), failed);
        let (errors, invariants) = DIFFERENT
            .iter()
            .find(|(div, ..)| *div == short)
            .map_or((errors, invariants), |(_, errors, invariants, _)| (*errors, *invariants));
        if (ours.0.as_str(), ours.1) != (errors, invariants) {
            wrong.push(format!("{row}: we say {ours:?}"));
        }
        assert_eq!(html_checks(&text), rules.allowed && rules.content);
    }
    assert!(total > 170, "only {total} rows");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Names are found in tables where tags are written as usual, and otherwise by another way: both must say the same.
#[test]
fn the_spelling_of_a_tag_changes_no_verdict() {
    let elements = "p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr address bdo \
        kbd sub sup ul ol li dl dt dd pre table caption colgroup col thead tr tfoot tbody th td code samp img map area \
        script font x blockquotes colgroups colgrou H1";
    let attributes = "title style class id lang xml:lang dir accesskey tabindex span width align valign char charoff abbr axis \
        headers scope rowspan colspan xmlnsx href name charset type hreflang rel rev shape coords src border alt longdesc height \
        usemap ismap cite nohref summary frame rules cellspacing cellpadding space nowrap onclick x tabindexx tabinde Class";
    let (mut allowed, mut seen) = (0, 0);
    for element in elements.split_whitespace() {
        for attribute in attributes.split_whitespace() {
            let told = |text: &str| {
                let list: Vec<_> = faults(text).iter().map(|fault| (fault.message, fault.value.to_owned())).collect();
                (list, rules(text))
            };
            let text = div(&format!("<{element} {attribute}=\"a\">x</{element}> and more"));
            let (usual, first) = (told(&text), first_look(&text).is_some());
            let unusual = told(&div(&format!("<{element}\n{attribute} = 'a'\t>x</{element}> and more")));
            assert_eq!(usual, unusual, "{element} {attribute}");
            allowed += u32::from(usual.1.allowed);
            seen += u32::from(first);
        }
    }
    // Each of 53 elements has 22 attributes, and some have more of their own.
    assert_eq!(allowed, 53 * 22 + 9 + 7 + 2 + 1 + 5 + 6 + 1 + 1);
    // The first look takes all of them but names of namespaces, and links of areas.
    assert_eq!(seen, allowed - 53 - 1);
}

/// What people and generators write is seen through at the first look.
#[test]
fn usual_narratives_are_seen_through_at_the_first_look() {
    for inner in [
        "x",
        "<p>a</p>\n<p id='b'>c<br/>d<br />e</p>",
        "<!-- a -->&amp;&#160;<a href=\"x.html?a=b&amp;c=d\" name=\"n\"> </a>",
        "<blockquote><table class=\"grid\" cellspacing=\"0\"><colgroup><col/></colgroup><tr><td colspan='2'>é</td></tr></table></blockquote>",
        "<img src=\"#a\" alt=\"b\"/>",
    ] {
        assert!(first_look(&div(inner)).is_some(), "{inner}");
    }
}

#[test]
fn what_harms_or_breaks_elsewhere_is_a_warning() {
    for inner in [
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\"JavaScript:alert(1)\">x</a>",
        "<a href=\"java&#115;cript:alert(1)\">x</a>",
        "<img src=\"vbscript:x\"/>",
        "<map name=\"m\"><area href=\"javascript:x\" alt=\"x\"/></map>x",
        "<p align=center>x</p>",
        "<p class>x</p>",
        "<p class=\"a\" class=\"b\">x</p>",
        "<p class=\"a<b\">x</p>",
        "<p class=\"a\"id=\"b\">x</p>",
        "<b id=\"x\">x</b><b id=\"x\">y</b>",
        "&#0;x",
        "<!ELEMENT x>y",
        "a\u{202e}b",
    ] {
        let text = div(inner);
        let list = faults(&text);
        let warnings = list.iter().filter(|fault| fault.severity == Severity::Warning).count();
        assert!(warnings > 0, "{inner}: {list:?}");
    }
    assert_eq!(count(&format!("<div {DECLARATION}>x"), Severity::Warning), 1);
    assert_eq!(count(&format!("{}y", div("x")), Severity::Warning), 1);
    let many = ids(500);
    assert_eq!(faults(&div(&many)), []);
}

#[test]
fn an_id_that_stands_twice_is_told_once() {
    let many = ids(250).repeat(2);
    let text = div(&many);
    assert_eq!(faults(&text).len(), 250);
    assert!(faults(&text).iter().all(|fault| fault.severity == Severity::Warning && fault.value.starts_with('i')));
}

#[test]
fn depth_is_limited_and_uses_no_stack() {
    let deep = |depth: usize| div(&format!("{}x{}", "<b>".repeat(depth), "</b>".repeat(depth)));
    assert_eq!(faults(&deep(900)), []);
    assert_eq!(count(&deep(1_000_000), Severity::Error), 1);
    assert!(!html_checks(&deep(1_000_000)));
}

#[test]
fn marks_are_ids_and_fragments() {
    let text = div("<a name=\"n\" href=\"#f\">x</a><img src=\"#i\" id=\"d\"/><a href=\"http://example.org/#x\">y</a>");
    let mut list = Vec::new();
    marks(&text, &mut |mark| list.push(mark));
    assert_eq!(list, [Mark::Id("n"), Mark::Fragment("f"), Mark::Fragment("i"), Mark::Id("d")]);
}

#[test]
fn languages_agree_with_the_resource() {
    let warnings = |attributes: &str| {
        let text = format!("<div {DECLARATION}{attributes}><p lang=\"fr\">x</p></div>");
        let mut count = 0;
        check_language("en", &text, &mut |_| count += 1);
        count
    };
    assert_eq!(warnings(" lang=\"en\" xml:lang=\"en\""), 0);
    assert_eq!(warnings(""), 1);
    assert_eq!(warnings(" lang=\"en\""), 1);
    assert_eq!(warnings(" xml:lang=\"en\""), 1);
    assert_eq!(warnings(" lang=\"de\" xml:lang=\"de\""), 2);
    assert_eq!(warnings(" lang=\"en\" xml:lang=\"de\""), 1);
    assert_eq!(warnings(" lang=\"EN\" xml:lang=\"en\""), 1);
}

proptest! {
    #[test]
    fn no_text_makes_a_check_panic(text in "\\PC*|[<>/a-c &;#x1\"'=!?:\\[\\]-]{0,200}") {
        for text in [text.clone(), div(&text), format!("<div {DECLARATION}><p {text}")] {
            faults(&text);
            let _ = html_checks(&text);
            marks(&text, &mut |_| {});
            check_language("en", &text, &mut |_| {});
        }
    }

    #[test]
    fn a_first_look_never_sees_too_little(
        parts in prop::collection::vec(prop::sample::select(PARTS), 0..12),
        cut in 0..400_usize,
        other in "[<>/a-c &;#x1\"'=!?: ]?",
    ) {
        // Mostly sound, and then a byte is another one.
        let mut text = div(&parts.concat());
        faults(&text);
        if text.is_char_boundary(cut) && text.is_char_boundary(cut + 1) && cut + 1 < text.len() {
            text.replace_range(cut..=cut, &other);
            faults(&text);
        }
    }

    #[test]
    fn escaped_text_is_sound(text in "[ -~é]*[a-z]") {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        let text = div(&format!("<p title=\"{escaped}\">{escaped}</p>"));
        prop_assert_eq!(faults(&text), []);
        prop_assert!(html_checks(&text));
    }
}

#[test]
fn time_grows_with_length_only() {
    let start = Instant::now();
    for part in [
        "<",
        "&",
        "<!--",
        "<p ",
        "<p>",
        "<a x=\"",
        "<![CDATA[",
        "&#",
        "<b id=\"x\"/>",
        "<x:b/>",
        "<?",
        "a=",
        "&amp;",
        "<p xmlns:a=\"http://www.w3.org/1999/xhtml\"/>",
    ] {
        let text = div(&part.repeat((1 << 18) / part.len()));
        faults(&text);
        let _ = html_checks(&text);
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
