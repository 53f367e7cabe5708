//! How faults are put into resources: values set, taken away and renamed by paths as `component[0].code`.

use serde_json::{Map, Value};

/// A step of a path.
enum Step<'a> {
    Name(&'a str),
    Item(usize),
}

fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let mut names = part.split('[');
        steps.push(Step::Name(names.next().unwrap_or_default()));
        steps.extend(names.map(|item| Step::Item(item.trim_end_matches(']').parse().expect("a number"))));
    }
    steps
}

/// The value at a path.
pub fn get<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    steps(path).iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.get(name),
        Step::Item(item) => value.get(item),
    })
}

/// Puts a value at a path; what stands in its way is made, and a list grows by one.
pub fn set(value: &mut Value, path: &str, new: Value) {
    let mut at = value;
    for step in steps(path) {
        at = match step {
            Step::Name(name) => {
                if !at.is_object() {
                    *at = Value::Object(Map::new());
                }
                at.as_object_mut().expect("an object").entry(name).or_insert(Value::Null)
            }
            Step::Item(item) => {
                if !at.is_array() {
                    *at = Value::Array(Vec::new());
                }
                let list = at.as_array_mut().expect("a list");
                if item == list.len() {
                    list.push(Value::Null);
                }
                &mut list[item]
            }
        };
    }
    *at = new;
}

/// Takes away what is at a path, and the list that it leaves empty. What is not there is a mistake of the test.
pub fn remove(value: &mut Value, path: &str) {
    let (parent, last) = match path.rfind(['.', '[']) {
        Some(place) => (&path[..place], &path[place..]),
        None => ("", path),
    };
    let holder = if parent.is_empty() { &mut *value } else { pointer(value, parent) };
    if let Some(item) = last.strip_prefix('[') {
        let list = holder.as_array_mut().expect("a list");
        list.remove(item.trim_end_matches(']').parse().expect("a number"));
        if list.is_empty() {
            remove(value, parent);
        }
    } else {
        let name = last.trim_start_matches('.');
        holder.as_object_mut().expect("an object").remove(name).unwrap_or_else(|| panic!("{path} is not there"));
    }
}

/// Renames a member, which keeps its value.
pub fn rename(value: &mut Value, path: &str, new: &str) {
    let old = get(value, path).unwrap_or_else(|| panic!("{path} is not there")).clone();
    remove(value, path);
    let path = path.rfind('.').map_or_else(|| new.to_owned(), |place| format!("{}.{new}", &path[..place]));
    set(value, &path, old);
}

/// Adds an item to a list, and says at which place.
pub fn add(value: &mut Value, path: &str, item: Value) -> usize {
    let place = get(value, path).and_then(Value::as_array).map_or(0, Vec::len);
    set(value, &format!("{path}[{place}]"), item);
    place
}

fn pointer<'a>(value: &'a mut Value, path: &str) -> &'a mut Value {
    steps(path).iter().fold(value, |value, step| match step {
        Step::Name(name) => value.get_mut(name).unwrap_or_else(|| panic!("{path} is not there")),
        Step::Item(item) => value.get_mut(item).unwrap_or_else(|| panic!("{path} is not there")),
    })
}
