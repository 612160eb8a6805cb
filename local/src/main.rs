//! Runs Roster on this machine: `cargo run`, or `cargo run -- --help`.

mod generate;
mod terminal;

use clap::{Parser, Subcommand};
use generate::generate;
use roster_domain::Clock;
use roster_dynamodb::{Repository, Timeouts};
use roster_functions::{App, Product, Settings, api::openapi_document};
use roster_local::{
    AllowedHosts, BackgroundWorkers, DataFolder, EmbeddedStore, FakeAws, TABLE, docs, home,
    logged_gateway, outbox, prepare_sample, request_tag, sample_people,
};
use std::{
    error::Error,
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};
use terminal::{Welcome, report, say, uses_colours};
use tokio::net::TcpListener;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// Roster on this machine, over an embedded DynamoDB.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Port to listen on, at 127.0.0.1
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Folder to keep the data in, mails and events too; without it, they are gone when Roster stops
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Put no sample users into an empty store
    #[arg(long)]
    empty: bool,
    /// Address at which other programs find the embedded DynamoDB
    #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))]
    dynamodb: SocketAddr,
    /// Another name of this machine by which requests may reach it; `localhost` and addresses of the
    /// loopback are known
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
    /// Print the addresses and the sample's users as one line of JSON, for programs
    #[arg(long)]
    json: bool,
    /// SMTP server that mails are delivered to as well, such as 127.0.0.1:1025
    #[arg(long, value_name = "HOST:PORT", value_parser = host_and_port)]
    smtp: Option<(String, u16)>,
    /// Name of the product, in mails and on pages
    #[arg(long, value_name = "NAME", env = "PRODUCT_NAME")]
    product_name: Option<String>,
    /// Where people go on to from a page, when they have joined, confirmed an address or chosen a password
    #[arg(long, value_name = "URL", env = "APP_URL")]
    app_url: Option<String>,
    /// Address that answers to a mail go to
    #[arg(long, value_name = "EMAIL", env = "REPLY_TO")]
    reply_to: Option<String>,
    /// Origin whose pages may call the API from a browser, such as http://localhost:5173; may be given
    /// several times
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "ALLOWED_ORIGINS",
        value_delimiter = ','
    )]
    allowed_origin: Vec<String>,
    /// Answer, and do nothing after the answer: no mails, usage or events. No mail then replaces the
    /// codes of the sample, which the events under `events/` have
    #[arg(long)]
    answers_only: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Prints the OpenAPI document
    Openapi,
    /// Writes what follows from the code into the checkout: openapi.json, the table of the README, the
    /// envelopes of events/, the pictures of docs/ARCHITECTURE.md, and instruction counts that are
    /// missing
    Generate {
        /// Write nothing; fail if a file is out of date
        #[arg(long)]
        check: bool,
        /// Leave the instructions of a new endpoint uncounted: that builds it for release
        #[arg(long)]
        without_counts: bool,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    // The emulator warns of every condition that does not hold, which is how races are decided here.
    let levels = Targets::new()
        .with_default(tracing::Level::INFO)
        .with_target("dynoxide", tracing::Level::ERROR);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(uses_colours(&io::stderr()))
        .with_target(false);
    tracing_subscriber::registry()
        .with(levels)
        .with(lines)
        .init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&*error);
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    match options.command {
        Some(Command::Openapi) => {
            return Ok(say(format_args!("{:#}", openapi_document()))?);
        }
        Some(Command::Generate {
            check,
            without_counts,
        }) => return generate(Path::new("."), check, !without_counts),
        None => {}
    }
    let listener = listen(options.port).await?;
    let address = listener.local_addr()?;
    let folder = options.data.as_deref().map(DataFolder::open).transpose()?;
    let folder = folder.map(Arc::new);
    let mut aws = FakeAws::open(folder.as_ref())?;
    if let Some((host, port)) = &options.smtp {
        aws = aws.with_smtp(host, *port);
        aws.check_smtp().await.map_err(|error| {
            format!(
                "no SMTP server can be used at {host}:{port} ({error}); start one there, such as \
                 Mailpit, or leave out --smtp: mails are at /outbox all the same"
            )
        })?;
    }
    let store = EmbeddedStore::open(folder.as_ref(), options.dynamodb).await?;
    let app = App::new(
        Repository::connect_tagged(
            &store.endpoint(),
            TABLE.into(),
            Timeouts::LOCAL,
            request_tag,
        )?,
        Clock::system(),
        settings(&options)?,
    );
    let people = {
        let app = app.clone();
        move || {
            let app = app.clone();
            async move { sample_people(&app).await }
        }
    };
    let router = logged_gateway(&app, store.requests())?
        .merge(home(people, store.requests().clone()))
        .merge(docs())
        .merge(outbox(aws.clone()));
    let router = AllowedHosts::of(address, &options.allow_host).guard(router);
    let has_sample = prepare_sample(&app, &store, &aws, !options.empty).await?;
    let public_url = format!("http://{address}");
    if !options.answers_only {
        let workers = BackgroundWorkers::connect(&app, &store, aws, &public_url).await;
        let mut workers = workers.map_err(|error| error.to_string())?;
        tokio::spawn(async move { workers.run().await });
    }
    let welcome = Welcome {
        url: public_url,
        dynamodb: store.endpoint(),
        folder: options.data.clone(),
        has_sample,
    };
    if options.json {
        say(welcome.as_json())?;
    } else {
        say(&welcome)?;
    }
    let server = axum::serve(listener, router).with_graceful_shutdown(stop_signal());
    // A client that keeps its connection open must not keep the program from stopping.
    let timeout = async {
        stop_signal().await;
        tokio::time::sleep(Duration::from_secs(3)).await;
    };
    tokio::select! {
        served = async { server.await } => served?,
        () = timeout => {}
    }
    Ok(say("Stopped.")?)
}

async fn listen(port: u16) -> Result<TcpListener, String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listening = TcpListener::bind(address).await;
    listening.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "port {port} is in use, perhaps by another Roster; stop that one, or choose another port, \
             such as --port {}, or --port 0 for any that is free",
            port.wrapping_add(1).max(1024)
        ),
        _ => format!("cannot listen on {address}: {error}; choose another port with --port"),
    })
}

/// Those of the environment, and the product of the options.
fn settings(options: &Options) -> Result<Settings, Box<dyn Error>> {
    // An empty variable is the same as none.
    let given = |option: &Option<String>| option.clone().filter(|value| !value.is_empty());
    let origins = options.allowed_origin.iter();
    let product = Product {
        name: given(&options.product_name).unwrap_or(Product::default().name),
        app_url: given(&options.app_url),
        reply_to: given(&options.reply_to),
        allowed_origins: origins.filter(|it| !it.is_empty()).cloned().collect(),
    };
    product
        .check()
        .map_err(|(name, problem)| format!("{name} {problem}"))?;
    Ok(Settings {
        product: product.into(),
        ..Settings::from_env()?
    })
}

fn host_and_port(text: &str) -> Result<(String, u16), String> {
    text.rsplit_once(':')
        .and_then(|(host, port)| Some((host.to_owned(), port.parse().ok()?)))
        .ok_or("must be a host and a port, such as 127.0.0.1:1025".to_owned())
}

async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a signal to wait for, only the machine stops us.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
