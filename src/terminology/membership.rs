//! Whether a code is in a value set, as far as can be known: the logic with three values that value sets are put together by
//! (FHIR R4, `ValueSet.compose`; Kleene's strong logic).

use super::grammar::Grammar;

/// Whether a code is in a value set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// Surely.
    In,
    /// Surely not.
    Out,
    /// It cannot be known from the definitions at hand.
    Undecided(Reason),
}

/// Why it cannot be known whether a code is in a value set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The value set is defined by the hierarchy or the properties of a code system that is not at hand.
    HierarchyUnknown,
    /// The code system is not at hand.
    SystemUnknown,
    /// Only a part of the code system is at hand.
    SystemInPart,
    /// The value set, or one that it is made of, is not at hand.
    ValueSetUnknown,
    /// The value set selects codes by a filter that this program does not know.
    FilterUnknown,
    /// The value set is made of too much, or of itself.
    TooLarge,
}

impl Reason {
    /// The reason in words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::HierarchyUnknown => "the value set is defined by the hierarchy of a code system that is not at hand",
            Self::SystemUnknown => "the code system is not at hand",
            Self::SystemInPart => "only a part of the code system is at hand",
            Self::ValueSetUnknown => "the value set, or one that it is made of, is not at hand",
            Self::FilterUnknown => "the value set is defined by a filter that is not known here",
            Self::TooLarge => "the value set is made of too much, or of itself",
        }
    }
}

impl Membership {
    /// In this one or in the other.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::In, _) | (_, Self::In) => Self::In,
            (Self::Out, any) | (any, _) => any,
        }
    }

    /// In this one and in the other.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Out, _) | (_, Self::Out) => Self::Out,
            (Self::In, any) | (any, _) => any,
        }
    }

    /// In this one and not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        self.and(match other {
            Self::In => Self::Out,
            Self::Out => Self::In,
            Self::Undecided(reason) => Self::Undecided(reason),
        })
    }
}

/// How two value sets are put together.
#[derive(Clone, Copy, Debug)]
pub(super) enum Join {
    Union,
    Intersection,
    Difference,
}

impl Join {
    pub(super) const fn codes(self, left: Membership, right: Membership) -> Membership {
        match self {
            Self::Union => left.or(right),
            Self::Intersection => left.and(right),
            Self::Difference => left.without(right),
        }
    }

    /// The same for the codes that neither lists. What cannot be said in one word is undecided.
    pub(super) fn rest(self, left: Rest, right: Rest) -> Rest {
        match (self, left, right) {
            (_, Rest::All(left), Rest::All(right)) => Rest::All(self.codes(left, right)),
            (Self::Union, Rest::All(Membership::Out), any)
            | (Self::Union | Self::Difference, any, Rest::All(Membership::Out))
            | (Self::Intersection, Rest::All(Membership::In), any)
            | (Self::Intersection, any, Rest::All(Membership::In)) => any,
            (Self::Union, Rest::All(Membership::In), _) | (Self::Union, _, Rest::All(Membership::In)) => {
                Rest::All(Membership::In)
            }
            (Self::Intersection | Self::Difference, Rest::All(Membership::Out), _)
            | (Self::Intersection, _, Rest::All(Membership::Out))
            | (Self::Difference, _, Rest::All(Membership::In)) => Rest::All(Membership::Out),
            (Self::Union | Self::Intersection, left, right) if left == right => left,
            _ => Rest::All(Membership::Undecided(Reason::FilterUnknown)),
        }
    }
}

/// What holds for the codes of a system that a value set does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// The same for all.
    All(Membership),
    /// What the grammar of the system says.
    Grammar(Grammar),
}

impl Rest {
    pub(super) const OUT: Self = Self::All(Membership::Out);

    pub(super) const fn undecided(reason: Reason) -> Self {
        Self::All(Membership::Undecided(reason))
    }

    pub(super) fn decide(self, code: &str) -> Membership {
        match self {
            Self::All(membership) => membership,
            Self::Grammar(grammar) => grammar.decide(code),
        }
    }
}
