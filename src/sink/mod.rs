//! Where the program reaches other machines. The rest of the library opens no connection.

pub mod terminology_cache;
pub mod terminology_server;
