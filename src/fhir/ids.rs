//! Ids: UUIDs of version 5 (RFC 9562) made of a namespace, the case's identity and the item's, so that the same item has the same
//! id in every run, and no two patients share one.

use uuid::Uuid;

use super::ResourceType;

/// The namespace of ids where the user gives none: a random UUID, drawn once for this program.
pub const NAMESPACE: Uuid = Uuid::from_u128(0x5f6c_1b8e_9a47_4d0b_8e35_2c90_7d1f_64a2);

/// Makes the ids of one case.
#[derive(Clone, Debug)]
pub struct IdScope {
    namespace: Uuid,
}

impl IdScope {
    /// The scope of a case: its own identifier, and the patient's where the case gives one, so that cases of the same
    /// name and of different patients stay apart.
    #[must_use]
    pub fn new(namespace: Uuid, case: &str, patient: Option<(&str, &str)>) -> Self {
        let (system, value) = patient.unwrap_or_default();
        // Each part is preceded by its length, so that no two triples make the same name.
        let name = format!("{}:{case}{}:{system}{}:{value}", case.len(), system.len(), value.len());
        Self { namespace: Uuid::new_v5(&namespace, name.as_bytes()) }
    }

    /// The id of a resource: of its type, the item's identity, and which of the item's resources it is.
    #[must_use]
    pub fn id(&self, resource_type: ResourceType, identity: &str, part: &str) -> Uuid {
        let name = format!("{}/{}:{identity}/{part}", resource_type.name(), identity.len());
        Uuid::new_v5(&self.namespace, name.as_bytes())
    }

    /// The id of the bundle itself.
    #[must_use]
    pub fn bundle(&self) -> Uuid {
        Uuid::new_v5(&self.namespace, b"Bundle")
    }
}
