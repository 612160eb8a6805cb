mod email;
mod password;
mod tokens;
