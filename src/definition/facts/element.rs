//! An ElementDefinition in facts.
//!
//! | member | what | default |
//! | --- | --- | --- |
//! | `i` | the id, without the type's name where it begins with it: `.category:lab.coding`, nothing for the root | |
//! | `p` | the path | the id without its slices |
//! | `l` | the slice's name | the slice at the end of the id |
//! | `n` | min | 0 |
//! | `x` | max, −1 for `*` | 1 |
//! | `y` | max of the base, −1 for `*` | max |
//! | `q` | path of the base | the path |
//! | `t` | types, see below | none |
//! | `r` | content reference | none |
//! | `fixedUri`, `patternCode`, `minValueDate` … | as in FHIR | none |
//! | `g` | max length | none |
//! | `z` | max size | none |
//! | `b` | binding: strength, value set and maximum value set with a blank between them, a `-` where the value set is missing | none |
//! | `s` | slicing: a list of the rules (`open`, or `open ordered`), then kind and path of each discriminator | none |
//! | `c` | names of invariants with blanks between them | `ele-1` |
//! | `o` | 1 for a modifier | |
//! | `m` | 1 for must support | |
//! | `d` | what a differential states, as a number | nothing |
//!
//! Types: their codes with blanks between them where no more is said of them, else a list in which each is an object: `c` code,
//! `p` profiles, `t` target profiles (canonicals in short), `a` aggregation, `x` regex.

use super::super::json::{Object, push_string};
use super::super::{
    Binding, Discriminator, DiscriminatorKind, ElementDefinition, Given, Slicing, SlicingRules, Strength,
    TypeReference, UNBOUNDED,
};
use super::constraint::{Constraints, Table};
use super::{long, written};
use crate::instance::{Kind, NodeRef};

/// The invariant that almost every element has.
const USUAL: &str = "ele-1";

/// Writes one.
pub(super) fn write(read: &ElementDefinition, type_name: &str, constraints: &mut Table, out: &mut String) {
    let mut object = Object::open(out);
    object.text("i", short_id(&read.id, type_name));
    if read.path.as_ref() != path_of(&read.id) {
        push_string(&read.path, object.member("p"));
    }
    if read.slice_name.as_ref() != slice_of(&read.id) {
        push_string(&read.slice_name, object.member("l"));
    }
    object.number("n", read.min);
    if read.max != 1 {
        push_max(read.max, object.member("x"));
    }
    if read.base_max != read.max {
        push_max(read.base_max, object.member("y"));
    }
    if read.base_path != read.path {
        push_string(&read.base_path, object.member("q"));
    }
    write_types(&read.types, &mut object);
    object.text("r", &read.content_reference);
    for (prefix, value, type_name) in [
        ("fixed", &read.fixed, &read.fixed_type),
        ("pattern", &read.pattern, &read.pattern_type),
        ("minValue", &read.min_value, &read.min_value_type),
        ("maxValue", &read.max_value, &read.max_value_type),
    ] {
        if !value.is_empty() {
            object.member(&format!("{prefix}{type_name}")).push_str(value);
        }
    }
    if let Some(length) = read.max_length {
        object.member("g").push_str(&length.to_string());
    }
    if let Some(size) = read.max_size {
        object.member("z").push_str(&size.to_string());
    }
    if let Some(binding) = &read.binding {
        object.text("b", &binding_text(binding));
    }
    if let Some(slicing) = &read.slicing {
        object.list("s", &slicing_texts(slicing), |text, out| push_string(text, out));
    }
    let names: Vec<String> = read.constraints.iter().map(|constraint| constraints.name(constraint)).collect();
    let names = names.join(" ");
    if names != USUAL {
        push_string(&names, object.member("c"));
    }
    object.flag("o", read.is_modifier);
    object.flag("m", read.must_support);
    object.number("d", u32::from(read.given.bits()));
    object.close();
}

/// Reads one.
pub(super) fn read(node: NodeRef<'_>, type_name: &str, constraints: &Constraints) -> ElementDefinition {
    let mut read = ElementDefinition { max: 1, ..ElementDefinition::default() };
    let (mut id, mut names) = ("", USUAL);
    let (mut path, mut slice_name, mut base_max, mut base_path) = (None, None, None, None);
    for member in node.children() {
        let text = member.text();
        match member.key() {
            "i" => id = text,
            "p" => path = Some(text),
            "l" => slice_name = Some(text),
            "n" => read.min = text.parse().unwrap_or_default(),
            "x" => read.max = max(text),
            "y" => base_max = Some(max(text)),
            "q" => base_path = Some(text),
            "t" => read.types = read_types(member),
            "r" => read.content_reference = text.into(),
            "g" => read.max_length = text.parse().ok(),
            "z" => read.max_size = text.parse().ok(),
            "b" => read.binding = Some(binding(text)),
            "s" => read.slicing = Some(slicing(member)),
            "c" => names = text,
            "o" => read.is_modifier = true,
            "m" => read.must_support = true,
            "d" => read.given = Given::from_bits(text.parse().unwrap_or_default()),
            key => super::super::read::value_of_choice(key, member, &mut read),
        }
    }
    read.id = match id.is_empty() || id.starts_with('.') {
        true => format!("{type_name}{id}").into(),
        false => id.into(),
    };
    read.path = path.map_or_else(|| path_of(&read.id).into(), Into::into);
    read.slice_name = slice_name.unwrap_or_else(|| slice_of(&read.id)).into();
    read.base_max = base_max.unwrap_or(read.max);
    read.base_path = base_path.map_or_else(|| read.path.clone(), Into::into);
    let names = names.split(' ').filter(|name| !name.is_empty());
    read.constraints = names.filter_map(|name| constraints.get(name)).cloned().collect();
    read
}

/// The id without the type's name.
fn short_id<'a>(id: &'a str, type_name: &str) -> &'a str {
    id.strip_prefix(type_name).filter(|rest| rest.is_empty() || rest.starts_with('.')).unwrap_or(id)
}

/// The id without the names of slices.
fn path_of(id: &str) -> String {
    let mut path = String::with_capacity(id.len());
    for (index, step) in id.split('.').enumerate() {
        if index > 0 {
            path.push('.');
        }
        path.push_str(step.split_once(':').map_or(step, |(name, _)| name));
    }
    path
}

/// The slice at the end of an id.
fn slice_of(id: &str) -> &str {
    let step = id.rsplit('.').next().unwrap_or_default();
    step.split_once(':').map_or("", |(_, slice)| slice)
}

fn push_max(max: u32, out: &mut String) {
    match max {
        UNBOUNDED => out.push_str("-1"),
        number => out.push_str(&number.to_string()),
    }
}

fn max(text: &str) -> u32 {
    // Only −1 is no number without sign.
    text.parse().unwrap_or(UNBOUNDED)
}

fn write_types(types: &[TypeReference], object: &mut Object<'_>) {
    let is_plain = |read: &TypeReference| {
        *read == TypeReference { code: read.code.clone(), ..TypeReference::default() }
            && !read.code.is_empty()
            && !read.code.contains(' ')
    };
    if types.iter().all(is_plain) {
        let codes: Vec<&str> = types.iter().map(|read| read.code.as_ref()).collect();
        object.text("t", &codes.join(" "));
        return;
    }
    object.list("t", types, |read, out| {
        let mut object = Object::open(out);
        object.text("c", &read.code);
        object.list("p", &read.profiles, |canonical, out| push_string(&written(canonical), out));
        object.list("t", &read.target_profiles, |canonical, out| push_string(&written(canonical), out));
        object.list("a", &read.aggregation, |word, out| push_string(word, out));
        object.text("x", &read.regex);
        object.close();
    });
}

fn read_types(node: NodeRef<'_>) -> Vec<TypeReference> {
    if node.kind() != Kind::Array {
        let codes = node.text().split(' ');
        return codes.map(|code| TypeReference { code: code.into(), ..TypeReference::default() }).collect();
    }
    let read_type = |node: NodeRef<'_>| {
        let mut read = TypeReference::default();
        for member in node.children() {
            let canonicals = || member.children().map(|item| long(item.text())).collect();
            match member.key() {
                "c" => read.code = member.text().into(),
                "p" => read.profiles = canonicals(),
                "t" => read.target_profiles = canonicals(),
                "a" => read.aggregation = member.children().map(|item| item.text().into()).collect(),
                "x" => read.regex = member.text().into(),
                _ => {}
            }
        }
        read
    };
    node.children().map(read_type).collect()
}

/// The words of strengths.
const STRENGTHS: [(Strength, &str); 4] = [
    (Strength::Required, "required"),
    (Strength::Extensible, "extensible"),
    (Strength::Preferred, "preferred"),
    (Strength::Example, "example"),
];

fn binding_text(binding: &Binding) -> String {
    let word = STRENGTHS.iter().find(|(strength, _)| *strength == binding.strength).map_or("", |(_, word)| word);
    let value_set = if binding.value_set.is_empty() { "-" } else { &binding.value_set };
    let mut text = format!("{word} {value_set}");
    if !binding.max_value_set.is_empty() {
        text.push(' ');
        text.push_str(&binding.max_value_set);
    }
    text
}

fn binding(text: &str) -> Binding {
    let mut words = text.splitn(3, ' ');
    let word = words.next().unwrap_or_default();
    let strength = STRENGTHS.iter().find(|(_, own)| *own == word).map_or(Strength::Example, |(strength, _)| *strength);
    let value_set = words.next().filter(|canonical| *canonical != "-").unwrap_or_default();
    Binding { strength, value_set: value_set.into(), max_value_set: words.next().unwrap_or_default().into() }
}

/// The words of the kinds of discriminators.
const KINDS: [(DiscriminatorKind, &str); 6] = [
    (DiscriminatorKind::Value, "value"),
    (DiscriminatorKind::Exists, "exists"),
    (DiscriminatorKind::Pattern, "pattern"),
    (DiscriminatorKind::Type, "type"),
    (DiscriminatorKind::Profile, "profile"),
    (DiscriminatorKind::Position, "position"),
];

fn slicing_texts(slicing: &Slicing) -> Vec<String> {
    let rules = match slicing.rules {
        SlicingRules::Open => "open",
        SlicingRules::Closed => "closed",
        SlicingRules::OpenAtEnd => "openAtEnd",
    };
    let mut texts = vec![format!("{rules}{}", if slicing.ordered { " ordered" } else { "" })];
    for discriminator in &slicing.discriminators {
        let word = KINDS.iter().find(|(kind, _)| *kind == discriminator.kind).map_or("", |(_, word)| word);
        texts.extend([word.to_owned(), discriminator.path.to_string()]);
    }
    texts
}

fn slicing(node: NodeRef<'_>) -> Slicing {
    let mut texts = node.children().map(|item| item.text());
    let (rules, ordered) = match texts.next().unwrap_or_default().split_once(' ') {
        Some((rules, _)) => (rules, true),
        None => (node.children().next().map(|first| first.text()).unwrap_or_default(), false),
    };
    let rules = match rules {
        "closed" => SlicingRules::Closed,
        "openAtEnd" => SlicingRules::OpenAtEnd,
        _ => SlicingRules::Open,
    };
    let mut discriminators = Vec::new();
    while let (Some(word), Some(path)) = (texts.next(), texts.next()) {
        if let Some((kind, _)) = KINDS.iter().find(|(_, own)| *own == word) {
            discriminators.push(Discriminator { kind: *kind, path: path.into() });
        }
    }
    Slicing { discriminators, ordered, rules }
}
