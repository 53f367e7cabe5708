//! Text to tokens (N1, "Lexical Elements"). Refused: characters outside the grammar, unknown escapes, comments and strings without an end.

use super::ParseError;

/// What a token is. Texts are the source's, without delimiters and with escapes still in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// An identifier or keyword as it stands.
    Identifier(&'a str),
    /// An identifier between backticks.
    Delimited(&'a str),
    /// A string between quotes.
    String(&'a str),
    /// `12`, `1.5`
    Number(&'a str),
    /// What follows `@`.
    Temporal(&'a str),
    /// `$this`, without the sign.
    Dollar(&'a str),
    /// `%`
    Percent,
    /// An operator or bracket.
    Symbol(&'static str),
    /// The end of the text.
    End,
}

/// The tokens of an expression, one ahead.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// The token that comes next.
    pub(super) next: Token<'a>,
    /// Where it begins.
    pub(super) start: usize,
}

const SYMBOLS: &[&str] =
    &["<=", ">=", "!=", "!~", "(", ")", "[", "]", "{", "}", ".", ",", "+", "-", "*", "/", "&", "|", "<", ">", "=", "~"];

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Result<Self, ParseError> {
        let mut lexer = Self { text, at: 0, next: Token::End, start: 0 };
        lexer.advance()?;
        Ok(lexer)
    }

    fn error(&self, message: &'static str) -> ParseError {
        ParseError::new(self.start, message)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or_default()
    }

    /// Moves on and gives the token that was next.
    pub(super) fn advance(&mut self) -> Result<Token<'a>, ParseError> {
        let token = self.next;
        self.skip_space()?;
        self.start = self.at;
        self.next = self.read()?;
        Ok(token)
    }

    fn skip_space(&mut self) -> Result<(), ParseError> {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            let rest = self.rest();
            if rest.starts_with("//") {
                self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.start = self.at;
                self.at += rest.find("*/").ok_or_else(|| self.error("the comment has no end"))? + 2;
            } else {
                return Ok(());
            }
        }
    }

    fn read(&mut self) -> Result<Token<'a>, ParseError> {
        match self.byte(0) {
            0 if self.at >= self.text.len() => Ok(Token::End),
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => Ok(Token::Identifier(self.word())),
            b'0'..=b'9' => Ok(Token::Number(self.number())),
            b'\'' => self.quoted('\'').map(Token::String),
            b'"' => self.quoted('"').map(Token::Delimited),
            b'`' => self.quoted('`').map(Token::Delimited),
            b'@' => Ok(Token::Temporal(self.temporal())),
            b'$' => {
                self.at += 1;
                Ok(Token::Dollar(self.word()))
            }
            b'%' => {
                self.at += 1;
                Ok(Token::Percent)
            }
            _ => {
                let rest = self.rest();
                let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
                let symbol = symbol.ok_or_else(|| self.error("no token of FHIRPath begins with this character"))?;
                self.at += symbol.len();
                Ok(Token::Symbol(symbol))
            }
        }
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn digits(&mut self) -> usize {
        let length = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += length;
        length
    }

    fn number(&mut self) -> &'a str {
        let start = self.at;
        self.digits();
        if self.byte(0) == b'.' && self.byte(1).is_ascii_digit() {
            self.at += 1;
            self.digits();
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn quoted(&mut self, quote: char) -> Result<&'a str, ParseError> {
        self.at += 1;
        let start = self.at;
        let mut escaped = false;
        for (at, character) in self.rest().char_indices() {
            if escaped {
                escaped = false;
            } else if character == '\\' {
                escaped = true;
            } else if character == quote {
                self.at = start + at + 1;
                return Ok(self.text.get(start..start + at).unwrap_or_default());
            }
        }
        Err(self.error("the string has no end"))
    }

    /// What follows `@`, by its form; whether the month has that many days is seen later.
    fn temporal(&mut self) -> &'a str {
        self.at += 1;
        let start = self.at;
        if self.byte(0) == b'T' {
            self.at += 1;
            self.clock();
        } else {
            self.digits();
            for _ in 0..2 {
                if self.byte(0) == b'-' && self.byte(1).is_ascii_digit() {
                    self.at += 1;
                    self.digits();
                }
            }
            if self.byte(0) == b'T' {
                self.at += 1;
                self.clock();
                if self.byte(0) == b'Z' {
                    self.at += 1;
                } else if matches!(self.byte(0), b'+' | b'-') && self.byte(1).is_ascii_digit() && self.byte(3) == b':' {
                    self.at += 1;
                    self.clock();
                }
            }
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn clock(&mut self) {
        self.digits();
        while matches!(self.byte(0), b':' | b'.') && self.byte(1).is_ascii_digit() {
            self.at += 1;
            self.digits();
        }
    }
}

/// A string or delimited identifier with its escapes resolved.
pub(super) fn unescape(text: &str, start: usize) -> Result<String, ParseError> {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        out.push(match characters.next() {
            Some(plain @ ('\'' | '"' | '`' | '\\' | '/')) => plain,
            Some('f') => '\u{C}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let digits: String = characters.by_ref().take(4).collect();
                let code = (digits.len() == 4).then(|| u32::from_str_radix(&digits, 16).ok()).flatten();
                code.and_then(char::from_u32)
                    .ok_or_else(|| ParseError::new(start, "four hexadecimal digits must follow \\u"))?
            }
            _ => return Err(ParseError::new(start, "FHIRPath has no such escape")),
        });
    }
    Ok(out)
}
