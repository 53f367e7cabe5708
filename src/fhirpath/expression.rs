//! A parsed expression: its operations in one arena, each after those that it needs.

use regex::Regex;

use super::item::Item;
use super::model::TypeSpecifier;
use crate::instance::{NameId, Names};

/// The place of an operation in its expression.
pub(super) type OpId = u32;

/// A range of [`Expression::lists`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct List {
    pub(super) start: u32,
    pub(super) count: u32,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Add,
    Concatenate,
    Contains,
    Div,
    Divide,
    Equal,
    Equivalent,
    Greater,
    GreaterOrEqual,
    Implies,
    In,
    Less,
    LessOrEqual,
    Mod,
    Multiply,
    NotEqual,
    NotEquivalent,
    Subtract,
    Xor,
}

/// Operators that take any number of operands in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nary {
    And,
    Or,
    Union,
}

/// One step of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    This,
    Index,
    Total,
    Empty,
    Literal(u32),
    Context,
    Resource,
    RootResource,
    /// The extension that a rule on where it may stand is about.
    Extension,
    /// A variable that nobody defines.
    Unknown,
    Member {
        source: OpId,
        name: NameId,
    },
    /// A name with a capital at the start of a path: the item itself where it is of that type.
    Root {
        specifier: u32,
        name: NameId,
    },
    Call {
        function: Function,
        source: OpId,
        arguments: List,
    },
    Is {
        source: OpId,
        specifier: u32,
    },
    As {
        source: OpId,
        specifier: u32,
    },
    OfType {
        source: OpId,
        specifier: u32,
    },
    Indexer {
        source: OpId,
        index: OpId,
    },
    Negate(OpId),
    Positive(OpId),
    Binary {
        operator: Binary,
        left: OpId,
        right: OpId,
    },
    Nary {
        operator: Nary,
        operands: List,
    },
}

/// Names of members that functions look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct WellKnown {
    pub(super) code: NameId,
    pub(super) extension: NameId,
    pub(super) reference: NameId,
    pub(super) resource_type: NameId,
    pub(super) unit: NameId,
    pub(super) url: NameId,
    pub(super) value: NameId,
}

impl WellKnown {
    pub(super) fn new(names: &Names) -> Self {
        Self {
            code: names.intern("code"),
            extension: names.intern("extension"),
            reference: names.intern("reference"),
            resource_type: names.intern("resourceType"),
            unit: names.intern("unit"),
            url: names.intern("url"),
            value: names.intern("value"),
        }
    }
}

/// An expression, ready to be evaluated any number of times, by any number of threads.
#[derive(Clone, Debug)]
pub struct Expression {
    pub(super) ops: Vec<Op>,
    pub(super) lists: Vec<OpId>,
    pub(super) literals: Vec<Item>,
    pub(super) strings: Vec<Box<str>>,
    pub(super) specifiers: Vec<TypeSpecifier>,
    /// The regular expressions that are literals, by the literal's string.
    pub(super) patterns: Vec<(u32, Option<Regex>)>,
    /// The spellings of the names of members, for messages.
    pub(super) spellings: Vec<(NameId, Box<str>)>,
    pub(super) known: WellKnown,
    pub(super) root: OpId,
    /// Whether it calls `conformsTo`.
    pub(super) asks_conformance: bool,
    /// Whether an operation gives the same wherever it stands in the expression; by operation.
    pub(super) constants: Vec<bool>,
    /// Under what the result of a path of several steps is kept that is needed more than once, and 0 for all else; by operation.
    pub(super) paths: Vec<u64>,
}

impl Expression {
    /// Whether it asks its host if something holds to a profile, which a validator answers by walking on.
    #[must_use]
    pub fn asks_conformance(&self) -> bool {
        self.asks_conformance
    }

    #[inline]
    pub(super) fn op(&self, id: OpId) -> Op {
        self.ops.get(id as usize).copied().unwrap_or(Op::Empty)
    }

    #[inline]
    pub(super) fn list(&self, list: List) -> &[OpId] {
        self.lists.get(list.start as usize..(list.start + list.count) as usize).unwrap_or_default()
    }

    /// The argument at this place of a call, where there is one.
    #[inline]
    pub(super) fn argument(&self, arguments: List, at: usize) -> Option<OpId> {
        self.list(arguments).get(at).copied()
    }

    pub(super) fn string(&self, at: u32) -> &str {
        self.strings.get(at as usize).map_or("", AsRef::as_ref)
    }
}

macro_rules! functions {
    ($($name:literal $variant:ident $least:literal $most:literal;)*) => {
        /// The functions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Function {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        /// Name, function, least and most arguments; sorted by name.
        pub(super) const FUNCTIONS: &[(&str, Function, u8, u8)] = &[
            $(($name, Function::$variant, $least, $most),)*
        ];
    };
}

functions! {
    "abs" Abs 0 0;
    "aggregate" Aggregate 1 2;
    "all" All 1 1;
    "allFalse" AllFalse 0 0;
    "allTrue" AllTrue 0 0;
    "anyFalse" AnyFalse 0 0;
    "anyTrue" AnyTrue 0 0;
    "ceiling" Ceiling 0 0;
    "checkModifiers" CheckModifiers 0 255;
    "children" Children 0 0;
    "combine" Combine 1 1;
    "comparable" Comparable 1 1;
    "conformsTo" ConformsTo 1 1;
    "contains" ContainsText 1 1;
    "convertsToBoolean" ConvertsToBoolean 0 0;
    "convertsToDate" ConvertsToDate 0 0;
    "convertsToDateTime" ConvertsToDateTime 0 0;
    "convertsToDecimal" ConvertsToDecimal 0 0;
    "convertsToInteger" ConvertsToInteger 0 0;
    "convertsToQuantity" ConvertsToQuantity 0 1;
    "convertsToString" ConvertsToString 0 0;
    "convertsToTime" ConvertsToTime 0 0;
    "count" Count 0 0;
    "decode" Decode 1 1;
    "descendants" Descendants 0 0;
    "distinct" Distinct 0 0;
    "elementDefinition" ElementDefinition 0 0;
    "empty" Empty 0 0;
    "encode" Encode 1 1;
    "endsWith" EndsWith 1 1;
    "escape" Escape 1 1;
    "exclude" Exclude 1 1;
    "exists" Exists 0 1;
    "exp" Exp 0 0;
    "extension" Extension 1 1;
    "first" First 0 0;
    "floor" Floor 0 0;
    "getValue" GetValue 0 0;
    "hasValue" HasValue 0 0;
    "highBoundary" HighBoundary 0 1;
    "htmlChecks" HtmlChecks 0 0;
    "htmlChecks2" HtmlChecks2 0 0;
    "iif" Iif 2 3;
    "indexOf" IndexOf 1 1;
    "intersect" Intersect 1 1;
    "isDistinct" IsDistinct 0 0;
    "join" Join 0 1;
    "last" Last 0 0;
    "length" Length 0 0;
    "ln" Ln 0 0;
    "log" Log 1 1;
    "lowBoundary" LowBoundary 0 1;
    "lower" Lower 0 0;
    "matches" Matches 1 1;
    "matchesFull" MatchesFull 1 1;
    "memberOf" MemberOf 1 1;
    "not" Not 0 0;
    "now" Now 0 0;
    "power" Power 1 1;
    "precision" PrecisionOf 0 0;
    "repeat" Repeat 1 1;
    "replace" Replace 2 2;
    "replaceMatches" ReplaceMatches 2 2;
    "resolve" Resolve 0 0;
    "round" Round 0 1;
    "select" Select 1 1;
    "single" Single 0 0;
    "skip" Skip 1 1;
    "slice" Slice 2 2;
    "sort" Sort 0 255;
    "split" Split 1 1;
    "sqrt" Sqrt 0 0;
    "startsWith" StartsWith 1 1;
    "subsetOf" SubsetOf 1 1;
    "substring" Substring 1 2;
    "subsumedBy" SubsumedBy 1 1;
    "subsumes" Subsumes 1 1;
    "supersetOf" SupersetOf 1 1;
    "tail" Tail 0 0;
    "take" Take 1 1;
    "timeOfDay" TimeOfDay 0 0;
    "toBoolean" ToBoolean 0 0;
    "toChars" ToChars 0 0;
    "toDate" ToDate 0 0;
    "toDateTime" ToDateTime 0 0;
    "toDecimal" ToDecimal 0 0;
    "toInteger" ToInteger 0 0;
    "toQuantity" ToQuantity 0 1;
    "toString" ToString 0 0;
    "toTime" ToTime 0 0;
    "today" Today 0 0;
    "trace" Trace 1 2;
    "trim" Trim 0 0;
    "truncate" Truncate 0 0;
    "type" Type 0 0;
    "unescape" Unescape 1 1;
    "union" Union 1 1;
    "upper" Upper 0 0;
    "where" Where 1 1;
}
