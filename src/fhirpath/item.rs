//! What collections hold: nodes of the document and values of FHIRPath's own types (N1, "Type system").
//!
//! An item is small and borrows nothing, so that the memory of collections outlives documents. A text is therefore a place:
//! a node, a literal of the expression, or a range of what the evaluation wrote.

use rust_decimal::Decimal;

use super::model::TypeId;
use super::temporal::Temporal;
use crate::instance::NodeId;

/// An element of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// The value; [`Node::ABSENT`] for a primitive that has only an id or extensions.
    pub value: NodeId,
    /// The object with id and extensions of a primitive; [`Node::ABSENT`] where there is none.
    pub companion: NodeId,
    /// The type.
    pub type_id: TypeId,
}

impl Node {
    /// No node.
    pub const ABSENT: NodeId = NodeId(u32::MAX);

    /// A node that is no primitive with a companion.
    #[must_use]
    pub const fn new(value: NodeId, type_id: TypeId) -> Self {
        Self { value, companion: Self::ABSENT, type_id }
    }

    /// The node that stands for the element: its value, or else its companion.
    #[must_use]
    pub fn anchor(&self) -> NodeId {
        if self.value == Self::ABSENT { self.companion } else { self.value }
    }
}

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// The text of a node.
    Node(NodeId),
    /// A string of the expression.
    Literal(u32),
    /// A range of what the evaluation wrote.
    Written(u32, u32),
}

/// A calendar duration's unit (N1, "Time-valued quantities").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Calendar {
    /// `year`, `years`
    Year,
    /// `month`, `months`
    Month,
    /// `week`, `weeks`
    Week,
    /// `day`, `days`
    Day,
    /// `hour`, `hours`
    Hour,
    /// `minute`, `minutes`
    Minute,
    /// `second`, `seconds`
    Second,
    /// `millisecond`, `milliseconds`
    Millisecond,
}

/// The unit of a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// None: the number alone, UCUM's `1`.
    One,
    /// UCUM's code.
    Code(Text),
    /// The unit of a quantity of FHIR that has no code.
    Words(Text),
    /// A calendar duration.
    Calendar(Calendar),
}

/// A number with a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The number.
    pub value: Decimal,
    /// The unit.
    pub unit: Unit,
}

/// FHIRPath's own types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// `System.Boolean`
    Boolean,
    /// `System.String`
    String,
    /// `System.Integer`
    Integer,
    /// `System.Decimal`
    Decimal,
    /// `System.Date`
    Date,
    /// `System.DateTime`
    DateTime,
    /// `System.Time`
    Time,
    /// `System.Quantity`
    Quantity,
}

impl System {
    /// The type's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "Boolean",
            Self::String => "String",
            Self::Integer => "Integer",
            Self::Decimal => "Decimal",
            Self::Date => "Date",
            Self::DateTime => "DateTime",
            Self::Time => "Time",
            Self::Quantity => "Quantity",
        }
    }

    /// Whether one of the types has this name.
    pub(super) fn is_name(name: &str) -> bool {
        use System as S;
        [S::Boolean, S::String, S::Integer, S::Decimal, S::Date, S::DateTime, S::Time, S::Quantity]
            .iter()
            .any(|system| system.name() == name)
    }
}

/// One item of a collection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Item {
    /// An element of the document.
    Node(Node),
    /// `true` or `false`
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A decimal with its precision.
    Decimal(Decimal),
    /// A string.
    String(Text),
    /// A date, a date with time, or a time.
    Temporal(Temporal),
    /// A number with a unit.
    Quantity(Quantity),
    /// What `type()` gives for a value of FHIRPath's own types.
    SystemType(System),
    /// What `type()` gives for an element.
    FhirType(TypeId),
}

impl Item {
    /// The system type of a value; `None` for elements and types.
    #[must_use]
    pub fn system(&self) -> Option<System> {
        Some(match self {
            Self::Boolean(_) => System::Boolean,
            Self::Integer(_) => System::Integer,
            Self::Decimal(_) => System::Decimal,
            Self::String(_) => System::String,
            Self::Temporal(temporal) => temporal.system(),
            Self::Quantity(_) => System::Quantity,
            Self::Node(_) | Self::SystemType(_) | Self::FhirType(_) => return None,
        })
    }
}
