//! What `cargo run` says in a terminal.

use crate::testkit::Program;
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
    thread,
};
use tempfile::tempdir;

/// What it says until it is ready.
fn greeting(options: &[&str], variables: &[(&str, &str)]) -> String {
    let mut process = Program::plain()
        .args(["--port", "0"])
        .args(options)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = String::new();
    for line in BufReader::new(process.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        said.push_str(&line);
        said.push('\n');
        if line.contains("Ctrl-C stops it.") {
            break;
        }
    }
    process.kill().unwrap();
    process.wait().unwrap();
    said
}

#[test]
fn the_greeting_has_colours_only_where_they_are_wanted() {
    let plain = greeting(&[], &[]);
    assert!(!plain.contains('\u{1b}'), "{plain}");
    assert!(plain.lines().count() < 14, "{plain}");
    assert!(plain.contains("\n  export TOKEN=rst_"), "{plain}");
    assert!(plain.contains("\n  curl -sw '\\n' -H \"X-APITOKEN: $TOKEN\" http://127.0.0.1:"));
    let coloured = greeting(&[], &[("CLICOLOR_FORCE", "1")]);
    assert!(coloured.contains("\u{1b}[1mRoster\u{1b}[0m"), "{coloured}");
    let refused = greeting(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]);
    assert!(!refused.contains('\u{1b}'), "{refused}");
}

#[test]
fn without_the_sample_nobodys_token_is_shown() {
    let said = greeting(&["--empty"], &[]);
    assert!(
        said.contains("username=katherine") && !said.contains("rst_"),
        "{said}"
    );
}

/// As `cargo run -- openapi | head`: more than a pipe holds.
#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut process = Program::plain()
        .arg("openapi")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 2];
    let mut output = process.stdout.take().unwrap();
    output.read_exact(&mut first).unwrap();
    drop(output);
    let ended = process.wait_with_output().unwrap();
    assert_eq!((first, ended.status.code()), (*b"{\n", Some(0)));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}

fn error_of(command: &mut Command) -> String {
    let ended = command.output().unwrap();
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    String::from_utf8(ended.stderr).unwrap()
}

#[test]
fn a_port_in_use_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = error_of(Program::plain().args(["--port", &port.to_string()]));
    let said = format!(
        "roster: port {port} is in use, perhaps by another Roster; stop that one, or choose another port"
    );
    assert!(error.starts_with(&said), "{error}");
    let address = format!("127.0.0.1:{port}");
    let error = error_of(Program::plain().args(["--port", "0", "--dynamodb", &address]));
    let said = format!("roster: the embedded DynamoDB cannot listen on {address}: ");
    assert!(error.starts_with(&said), "{error}");
    assert!(
        error.contains("; choose another address with --dynamodb"),
        "{error}"
    );
}

#[test]
fn a_data_folder_that_cannot_be_used_says_what_to_do() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    fs::write(&file, "apples").unwrap();
    let says = |path: &Path, text: &str| {
        let error = Program::start_error(path, &[]);
        assert!(
            error.contains(text) && error.contains("with --data"),
            "{error}"
        );
    };
    says(&file, "notes.txt is a file; name a folder");
    says(&file.join("data"), "cannot be used (");
    // Nobody may make a folder there, root neither.
    #[cfg(target_os = "linux")]
    says(Path::new("/sys/roster"), "cannot be written to (");
}

/// An SMTP server that greets, and takes what it is told.
fn smtp_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream.write_all(b"220 mail.test ESMTP\r\n").unwrap();
            for line in BufReader::new(stream.try_clone().unwrap()).lines() {
                let answer = match line.unwrap_or_default().starts_with("QUIT") {
                    true => "221 bye\r\n",
                    false => "250 ok\r\n",
                };
                // The client may be gone.
                let _ = stream.write_all(answer.as_bytes());
            }
        }
    });
    port
}

#[test]
fn an_smtp_server_is_looked_for_at_the_start() {
    let unused = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = unused.local_addr().unwrap().to_string();
    drop(unused);
    let error = error_of(Program::plain().args(["--port", "0", "--smtp", &address]));
    assert!(
        error.starts_with(&format!(
            "roster: no SMTP server can be used at {address} ("
        )),
        "{error}"
    );
    assert!(error.contains("or leave out --smtp"), "{error}");
    let address = format!("127.0.0.1:{}", smtp_server());
    assert!(greeting(&["--smtp", &address], &[]).contains("Ctrl-C"));
}
