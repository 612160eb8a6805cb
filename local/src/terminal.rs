//! What the program says in the terminal.

use anstream::{AutoStream, ColorChoice, stream::RawStream};
use anstyle::{AnsiColor, Style};
use roster_local::{ADA, ALAN, GRACE, SamplePerson};
use serde_json::{Value, json};
use std::{
    error::Error,
    fmt::{self, Display, Formatter},
    io::{self, ErrorKind, Write},
    path::PathBuf,
};

const TITLE: Style = Style::new().bold();
const LINK: Style = AnsiColor::Cyan.on_default();
const COMMAND: Style = AnsiColor::Green.on_default();
const PROBLEM: Style = AnsiColor::Red.on_default().bold();

/// Writes to stdout, with colours if that is a terminal and `NO_COLOR` is not set.
pub fn say(text: impl Display) -> io::Result<()> {
    let mut output = anstream::stdout().lock();
    match writeln!(output, "{text}").and_then(|()| output.flush()) {
        // Whoever reads it, such as `head`, has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// Says why the program stops.
pub fn report(error: &dyn Error) {
    // Without a stderr there is nobody to tell.
    let _ = writeln!(anstream::stderr(), "{PROBLEM}roster:{PROBLEM:#} {error}");
}

/// Whether colours are wanted there.
pub fn uses_colours(stream: &impl RawStream) -> bool {
    AutoStream::choice(stream) != ColorChoice::Never
}

/// What the program says when it has started.
pub struct Welcome {
    /// Where Roster is.
    pub url: String,
    /// Where its DynamoDB is.
    pub dynamodb: String,
    /// Where it keeps its data, if it does.
    pub folder: Option<PathBuf>,
    /// Whether the sample's owner is there.
    pub has_sample: bool,
}

impl Welcome {
    /// For a program, which finds the port that was free, and somebody of each role.
    pub fn as_json(&self) -> Value {
        let person = |person: SamplePerson| {
            let SamplePerson { name, role, .. } = person;
            json!({
                "name": name,
                "role": role,
                "password": person.password,
                "token": person.token,
            })
        };
        let people = [ADA, GRACE, ALAN].into_iter();
        let people: Vec<Value> = people.filter(|_| self.has_sample).map(person).collect();
        json!({ "url": self.url, "dynamodb": self.dynamodb, "people": people })
    }

    /// A request to paste, whose answer ends in a newline: bodies have none.
    fn curl(&self, formatter: &mut Formatter<'_>, arguments: &str, path: &str) -> fmt::Result {
        let url = &self.url;
        writeln!(
            formatter,
            "  {COMMAND}curl -sw '\\n' {arguments} {url}{path}{COMMAND:#}"
        )
    }
}

impl Display for Welcome {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { url, dynamodb, .. } = self;
        let kept = match &self.folder {
            Some(folder) => format!("kept in {}", folder.display()),
            None => "in memory, gone when Roster stops; --data DIR keeps it".to_owned(),
        };
        writeln!(
            formatter,
            "{TITLE}Roster{TITLE:#} is at {LINK}{url}/{LINK:#}: an account in a browser, with mails and events beside it.
The reference of all operations is at {LINK}{url}/docs{LINK:#}, DynamoDB at {LINK}{dynamodb}{LINK:#} ({kept}).
"
        )?;
        if self.has_sample {
            let SamplePerson {
                name,
                full_name: (first, last),
                password,
                token,
                ..
            } = ADA;
            writeln!(
                formatter,
                "A small directory is in it. Its owner is {first} {last} ({name}, {password}). As her:

  {COMMAND}export TOKEN={token}{COMMAND:#}"
            )?;
            let token = "-H \"X-APITOKEN: $TOKEN\"";
            self.curl(formatter, token, "/v2/user")?;
            let invite = format!("{token} -d '{{\"email\":\"katherine@example.com\"}}'");
            self.curl(formatter, &invite, "/api/v2/users")?;
            let login = format!("-u {name}:{password} -X POST");
            self.curl(formatter, &login, "/user/login")?;
            writeln!(formatter, "  {COMMAND}curl -s {url}/outbox{COMMAND:#}")?;
        } else {
            writeln!(formatter, "The sample is not in it. To sign up:\n")?;
            let sign_up = "-d 'username=katherine&email=katherine@example.com&password=orbital-mechanics-1962'";
            self.curl(formatter, sign_up, "/rest/users")?;
        }
        write!(formatter, "\nCtrl-C stops it.")
    }
}
