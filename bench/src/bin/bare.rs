//! A function that does nothing but answer: what the runtime alone costs. The floor of every table.

use lambda_http::{Body, Error, Request, Response, run, service_fn};

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(service_fn(answer)))
}

async fn answer(_: Request) -> Result<Response<Body>, Error> {
    Ok(Response::new(Body::Text("[]".into())))
}
