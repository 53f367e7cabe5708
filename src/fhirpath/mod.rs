//! shim for now, replaced at the merge
use crate::instance::*;
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypeId(pub u32);
impl TypeId {
    pub const UNKNOWN: Self = Self(u32::MAX);
}
#[derive(Clone, Copy, Debug)]
pub struct Member {
    pub key: NameId,
    pub type_id: TypeId,
}
#[derive(Clone, Copy, Debug)]
pub struct TypeName<'a> {
    pub namespace: &'a str,
    pub name: &'a str,
}
#[derive(Clone, Copy, Debug)]
pub enum Primitive {
    String,
}
impl Primitive {
    pub fn of_fhir(_: &str) -> Option<Self> {
        None
    }
}
#[derive(Debug)]
pub struct Expression;
#[derive(Debug, Default)]
pub struct Scratch;
#[derive(Debug)]
pub struct Item;
pub fn compile(_: &str, _: &Names) -> Result<Expression, String> {
    Ok(Expression)
}
pub trait Model {
    fn resource_type(&self, name: &str) -> Option<TypeId>;
    fn element<'m>(&'m self, of: TypeId, name: NameId) -> &'m [Member];
    fn member(&self, of: TypeId, key: NameId) -> Option<(NameId, TypeId)>;
    fn name(&self, id: TypeId) -> TypeName<'_>;
    fn is_subtype(&self, id: TypeId, namespace: Option<&str>, name: &str) -> Option<bool>;
    fn is_primitive(&self, id: TypeId) -> Option<Primitive>;
}
pub trait Host {
    fn resolve(&self, reference: &str, from: NodeId) -> Option<(NodeId, TypeId)>;
    fn member_of(&self, value_set: &str, item: Item) -> Option<bool>;
    fn conforms_to(&self, canonical: &str, node: NodeId) -> Option<bool>;
    fn html_checks(&self, node: NodeId) -> bool;
}
pub struct Context<'a, M, H> {
    pub document: &'a Document,
    pub symbols: &'a [NameId],
    pub model: &'a M,
    pub host: &'a H,
    pub resource: (NodeId, TypeId),
    pub root_resource: (NodeId, TypeId),
    pub this: (NodeId, TypeId),
}
pub fn holds<M, H>(_: &Expression, _: &Context<'_, M, H>, _: &mut Scratch) -> Result<bool, String> {
    Ok(true)
}

impl Item {
    pub fn node(&self) -> Option<NodeId> {
        None
    }
}
