//! Each check catches its fault: sound resources of our own making are given one fault each, and the validator must report it by its
//! code, at its place, and no error beside it. [`everywhere`] has the faults that any resource can have, [`definitions`] those that
//! follow from what each profile demands, [`tables`] those of single profiles, bundles and of definitions made for the purpose; [`coverage`]
//! proves that between them every code and every check is provoked.

mod coverage;
mod definitions;
mod edit;
mod everywhere;
mod made;
mod sound;
mod tables;
mod verdict;
