//! `POST /user/login`

use crate::support::App;

#[tokio::test]
async fn a_right_password_gets_a_token_that_works() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    app.get("/v2/user")
        .bearer(&ada.token)
        .await
        .expect_status(200);
}
