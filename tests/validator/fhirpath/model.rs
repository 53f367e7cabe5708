//! A model over the definitions of R4: small, and quick enough to measure with.

use std::collections::HashMap;

use case2fhir::definition::{Derivation, FhirVersion, Kind, Library, StructureDefinition};
use case2fhir::fhirpath::{Member, Model, Primitive, TypeId, TypeSpecifier};
use case2fhir::instance::{NameId, Names};

#[derive(Default)]
struct Type {
    name: String,
    /// The type's own name and those of the types that it is derived from.
    ancestors: Vec<NameId>,
    primitive: Option<Primitive>,
    elements: Vec<(NameId, Vec<Member>)>,
    members: Vec<(NameId, Member)>,
}

pub struct R4 {
    types: Vec<Type>,
    by_name: HashMap<String, TypeId>,
    known: Vec<NameId>,
}

impl R4 {
    pub fn new(names: &Names) -> Self {
        let library = Library::embedded(FhirVersion::R4);
        let mut model = Self { types: Vec::new(), by_name: HashMap::new(), known: Vec::new() };
        let structures: Vec<&StructureDefinition> = library
            .headers()
            .filter(|(_, header)| {
                header.kind != Kind::Logical
                    && (header.derivation == Derivation::Specialization || header.type_name == header.name)
            })
            .filter_map(|(id, _)| library.structure(id))
            .filter(|structure| structure.url.ends_with(&format!("/StructureDefinition/{}", structure.type_name)))
            .collect();
        for structure in &structures {
            let id = TypeId(u32::try_from(model.types.len()).expect("few types"));
            model.by_name.insert(structure.type_name.to_string(), id);
            let name = structure.type_name.to_string();
            let mut ancestors = vec![names.intern(&name)];
            let mut base = structure.base.to_string();
            while let Some(parent) = library.find_structure(&base).and_then(|id| library.structure(id)) {
                ancestors.push(names.intern(&parent.type_name));
                base = parent.base.to_string();
            }
            let primitive = primitive(&name);
            model.types.push(Type { name, ancestors, primitive, ..Type::default() });
        }
        for structure in &structures {
            model.add(structure, names);
        }
        model.known = model.by_name.keys().map(|name| names.intern(name)).collect();
        model.known.sort_unstable();
        for r#type in &mut model.types {
            r#type.elements.sort_by_key(|(name, _)| *name);
            for (_, members) in &mut r#type.elements {
                members.sort_by_key(|member| member.key);
            }
            r#type.members.sort_by_key(|(key, _)| *key);
        }
        model
    }

    fn add(&mut self, structure: &StructureDefinition, names: &Names) {
        // The elements with children have types of their own.
        let mut own: HashMap<&str, TypeId> = HashMap::new();
        own.insert(&structure.type_name, self.by_name[structure.type_name.as_ref()]);
        for element in structure.elements.iter().skip(1) {
            let prefix = format!("{}.", element.path);
            if structure.elements.iter().any(|other| other.path.starts_with(&prefix)) {
                let id = TypeId(u32::try_from(self.types.len()).expect("few types"));
                let name = element.types.first().map_or("BackboneElement", |r#type| &r#type.code).to_owned();
                let ancestors = vec![names.intern(&name), names.intern("Element")];
                self.types.push(Type { name, ancestors, ..Type::default() });
                own.insert(&element.path, id);
            }
        }
        for element in structure.elements.iter().skip(1) {
            let (parent, name) = element.path.rsplit_once('.').expect("a path below the root");
            let Some(parent) = own.get(parent).copied() else { continue };
            let choice = name.strip_suffix("[x]");
            let name_id = names.intern(choice.unwrap_or(name));
            let mut members = Vec::new();
            let shared = own.get(element.path.as_ref()).or_else(|| own.get(element.content_reference.as_ref()));
            if let Some(type_id) = shared {
                let key = names.intern(name);
                let companion = NameId::NONE;
                members.push(Member { key, companion, element: name_id, type_id: *type_id, is_resource: false });
            }
            for r#type in element.types.iter().filter(|_| shared.is_none()) {
                let code = r#type.code.rsplit("System.").next().expect("a part");
                let code = if code == "String" { "string" } else { code };
                let Some(type_id) = self.by_name.get(code).copied() else { continue };
                let key = match choice {
                    Some(stem) => format!("{stem}{}{}", code[..1].to_uppercase(), &code[1..]),
                    None => name.to_owned(),
                };
                let primitive = code.starts_with(|first: char| first.is_ascii_lowercase());
                members.push(Member {
                    key: names.intern(&key),
                    companion: if primitive { names.intern(&format!("_{key}")) } else { NameId::NONE },
                    element: name_id,
                    type_id,
                    is_resource: matches!(code, "Resource" | "DomainResource"),
                });
            }
            let parent = &mut self.types[parent.0 as usize];
            for member in &members {
                parent.members.push((member.key, *member));
                if member.companion != NameId::NONE {
                    parent.members.push((member.companion, *member));
                }
            }
            parent.elements.push((name_id, members));
        }
    }
}

fn primitive(name: &str) -> Option<Primitive> {
    Some(match name {
        "boolean" => Primitive::Boolean,
        "integer" | "positiveInt" | "unsignedInt" => Primitive::Integer,
        "decimal" => Primitive::Decimal,
        "date" => Primitive::Date,
        "dateTime" | "instant" => Primitive::DateTime,
        "time" => Primitive::Time,
        "Quantity" | "Age" | "Duration" | "Distance" | "Count" | "Money" | "SimpleQuantity" => Primitive::Quantity,
        _ if name.starts_with(|first: char| first.is_ascii_lowercase()) => Primitive::String,
        _ => return None,
    })
}

impl Model for R4 {
    fn resource_type(&self, name: &str) -> Option<TypeId> {
        self.by_name.get(name).copied()
    }

    fn element(&self, of: TypeId, name: NameId) -> &[Member] {
        let Some(r#type) = self.types.get(of.0 as usize) else { return &[] };
        r#type.elements.binary_search_by_key(&name, |(name, _)| *name).map_or(&[], |at| &r#type.elements[at].1)
    }

    fn member(&self, of: TypeId, key: NameId) -> Option<Member> {
        let r#type = self.types.get(of.0 as usize)?;
        let at = r#type.members.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        Some(r#type.members[at].1)
    }

    fn name(&self, id: TypeId) -> &str {
        self.types.get(id.0 as usize).map_or("", |r#type| &r#type.name)
    }

    fn is_subtype(&self, id: TypeId, of: &TypeSpecifier) -> Option<bool> {
        self.known.binary_search(&of.name_id).ok()?;
        Some(self.types.get(id.0 as usize).is_some_and(|r#type| r#type.ancestors.contains(&of.name_id)))
    }

    fn primitive(&self, id: TypeId) -> Option<Primitive> {
        self.types.get(id.0 as usize)?.primitive
    }
}
