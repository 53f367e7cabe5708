//! Where the walk stands: frames linked on the stack, made into a FHIRPath only when something is to be said.

use super::plan::Element;
use crate::instance::NodeId;

/// One step of the way from the root.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'f> {
    /// The root, or a resource inside a resource: its type.
    Resource(&'f str),
    /// A member.
    Member(&'f str),
    /// A member that is an element, with the row of the type that its value has: a choice's path has the type's name.
    Element(&'f Element, u16),
    /// An item of a list.
    Item(u32),
}

/// A step with the way that led to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'f> {
    pub(crate) parent: Option<&'f Frame<'f>>,
    pub(crate) step: Step<'f>,
    pub(crate) node: NodeId,
    /// The element that the node is a value of, where it is one.
    pub(crate) element: Option<&'f Element>,
}

impl<'f> Frame<'f> {
    pub(crate) fn root(type_name: &'f str, node: NodeId) -> Self {
        Self { parent: None, step: Step::Resource(type_name), node, element: None }
    }

    pub(crate) fn below(&'f self, step: Step<'f>, node: NodeId) -> Frame<'f> {
        // An item of a list is a value of the list's element.
        let element = if matches!(step, Step::Item(_)) { self.element } else { None };
        Frame { parent: Some(self), step, node, element }
    }

    /// The frame of an element's member.
    pub(crate) fn member(&'f self, step: Step<'f>, node: NodeId, element: &'f Element) -> Frame<'f> {
        Frame { parent: Some(self), step, node, element: Some(element) }
    }

    /// The FHIRPath: `Bundle.entry[3].resource.ofType(Patient).name[0]`.
    pub(crate) fn path(&self) -> String {
        let mut path = String::with_capacity(160);
        self.write(&mut path);
        path
    }

    /// The way is no longer than the document is deep.
    fn write(&self, path: &mut String) {
        if let Some(parent) = self.parent {
            parent.write(path);
        }
        let parts = match self.step {
            Step::Resource(name) if self.parent.is_none() => [name, "", "", ""],
            Step::Resource(name) => [".ofType(", name, ")", ""],
            Step::Member(name) => [".", name, "", ""],
            Step::Element(element, row) => {
                path.push('.');
                match element.types.get(usize::from(row)).filter(|_| element.is_choice) {
                    Some(of) => [&*element.label, ".ofType(", &*of.name, ")"],
                    None => [&*element.label, "", "", ""],
                }
            }
            Step::Item(item) => {
                path.push('[');
                push_number(path, item);
                ["]", "", "", ""]
            }
        };
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            path.push_str(part);
        }
    }
}

fn push_number(path: &mut String, number: u32) {
    if number >= 10 {
        push_number(path, number / 10);
    }
    path.extend(char::from_digit(number % 10, 10));
}
