//! What is read at a cold start: files, parameters, secrets, keys. Few names, which stay.

use super::calls::{arn, key, named_secret, object, object_arn, parameter, secret};
use super::dice::Dice;
use super::workload::{Site, Workload, beside, elsewhere};

/// A file or three of a folder in which there are others.
pub(crate) fn cold_start_config(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("config");
    let stage = dice.pick(&["prod", "live", "eu"]);
    let count = dice.between(1, 3);
    let files = dice.some(
        &["app.json", "features.json", "routing.yaml", "prices.json"],
        count,
    );
    let file = move |name: &str| format!("{stage}/config/{name}");
    let never: Vec<_> = [
        "secrets.json",
        "database.json",
        "app.json.bak",
        "admins.yaml",
    ]
    .iter()
    .map(|name| file(name))
    .collect();
    let never = beside("GetObject", &bucket, &never);
    let stages = [
        "staging/config/app.json",
        "config/app.json",
        "prod/keys/app.pem",
    ];
    let stages = beside("GetObject", &bucket, &stages.map(str::to_owned));
    let away = elsewhere(site, "GetObject", &bucket, &file(files[0]));
    let by_hand: Vec<_> = files
        .iter()
        .map(|name| object_arn(&bucket, &file(name)))
        .collect();
    let made = Workload::new("cold_start_config", move |day, dice| {
        let mut calls = Vec::new();
        for at in dice.moments(day, (1, 4)) {
            let read = files
                .iter()
                .map(|name| object("GetObject", &bucket, &file(name)).at(at));
            calls.extend(read);
        }
        calls
    });
    let made = made.never(never).never(stages).never(away);
    by_hand
        .into_iter()
        .fold(made, |made, file| made.by_hand("s3:GetObject", file))
}

/// A secret by its ARN, which is made anew every few weeks and then has another ending.
pub(crate) fn rotating_secrets(site: &Site, dice: &mut Dice) -> Workload {
    let name = dice.pick(&[
        "prod/orders/database",
        "orders-db-credentials",
        "app/live/db",
    ]);
    let org = site.org;
    let mut ending = dice.alphanumeric(6);
    let lives = dice.pick(&[12, 20, 45]);
    let never = [
        format!("{name}-admin-a1B2c3"),
        "prod/payments/database-a1B2c3".into(),
        "prod/orders/signing-key-a1B2c3".into(),
        "prod/orders-a1B2c3".into(),
        format!("staging/{name}-a1B2c3"),
        format!("{org}/root-a1B2c3"),
        "rds!cluster-0a1b2c3d-a1B2c3".into(),
        format!("{name}/replica-a1B2c3"),
    ];
    let never: Vec<_> = never
        .iter()
        .map(|name| secret("GetSecretValue", name))
        .collect();
    let hand = arn("secretsmanager", &format!("secret:{name}-??????"));
    Workload::new("rotating_secrets", move |day, dice| {
        if dice.once_in(lives) {
            ending = dice.alphanumeric(6);
        }
        let mut calls = Vec::new();
        for at in dice.moments(day, (1, 3)) {
            for event in ["DescribeSecret", "GetSecretValue"] {
                calls.push(secret(event, &format!("{name}-{ending}")).at(at));
            }
        }
        calls
    })
    .never(never)
    .by_hand(
        "secretsmanager:DescribeSecret secretsmanager:GetSecretValue",
        hand,
    )
}

/// Parameters of one service by their paths.
pub(crate) fn parameter_paths(_: &Site, dice: &mut Dice) -> Workload {
    let root = dice.pick(&["/prod/orders", "/live/eu/orders", "/orders/production"]);
    let all = [
        "db/host",
        "db/port",
        "feature-flags",
        "smtp/host",
        "limits/max-items",
    ];
    let count = dice.between(2, 5);
    let names = dice.some(&all, count);
    let never = ["db/password", "smtp/password", "api-key", "db/host/history"]
        .map(|name| format!("{root}/{name}"));
    let others = [
        "/prod/payments/db/host",
        "/prod/orders-admin/db/host",
        "/staging/orders/db/host",
        "/root",
    ];
    let others = others.map(|path| parameter("GetParameter", path));
    let never = never.map(|path| parameter("GetParameter", &path));
    let by_hand: Vec<_> = names
        .iter()
        .map(|name| arn("ssm", &format!("parameter{root}/{name}")))
        .collect();
    let made = Workload::new("parameter_paths", move |day, dice| {
        let mut calls = Vec::new();
        for at in dice.moments(day, (1, 3)) {
            let get = |name: &&str| parameter("GetParameter", &format!("{root}/{name}")).at(at);
            calls.extend(names.iter().map(get));
        }
        calls
    });
    let made = made.never(never).never(others);
    by_hand
        .into_iter()
        .fold(made, |made, name| made.by_hand("ssm:GetParameter", name))
}

/// Keys by their UUIDs, few and for years; the other keys of the account are not its.
pub(crate) fn long_lived_keys(_: &Site, dice: &mut Dice) -> Workload {
    let count = dice.between(1, 3);
    let ids: Vec<_> = (0..count).map(|_| dice.uuid()).collect();
    let others: Vec<_> = (0..7).map(|_| dice.uuid()).collect();
    let decrypt = others.iter().map(|id| key("Decrypt", id));
    let multi_region = key("GenerateDataKey", "mrk-0a1b2c3d4e5f60718293a4b5c6d7e8f9");
    let never: Vec<_> = decrypt.chain([multi_region]).collect();
    let by_hand: Vec<_> = ids
        .iter()
        .map(|id| arn("kms", &format!("key/{id}")))
        .collect();
    let made = Workload::new("long_lived_keys", move |day, dice| {
        let mut calls = Vec::new();
        for id in &ids {
            for event in ["Decrypt", "GenerateDataKey"] {
                calls.push(key(event, id).at(dice.moment(day)));
            }
        }
        calls
    });
    by_hand.into_iter().fold(made.never(never), |made, key| {
        made.by_hand("kms:Decrypt kms:GenerateDataKey", key)
    })
}

/// Secrets by their names, two or three, so that the event does not tell the ending.
pub(crate) fn named_secrets(_: &Site, dice: &mut Dice) -> Workload {
    let all = [
        "stripe/api-key",
        "sendgrid/api-key",
        "maps/api-key",
        "jwt/public",
    ];
    let count = dice.between(2, 3);
    let names: Vec<_> = dice
        .some(&all, count)
        .into_iter()
        .map(|name| (name, dice.alphanumeric(6)))
        .collect();
    let never = [
        ("stripe/webhook-secret", "a1B2c3"),
        ("stripe/api-key-live", "a1B2c3"),
        ("jwt/private", "a1B2c3"),
        ("github/deploy-key", "a1B2c3"),
        ("admin/api-key", "a1B2c3"),
        ("api-key", "a1B2c3"),
        ("stripe", "a1B2c3"),
        ("maps/api-key/old", "a1B2c3"),
    ];
    let never = never.map(|(name, ending)| named_secret(name, ending));
    let by_hand: Vec<_> = names
        .iter()
        .map(|(name, _)| arn("secretsmanager", &format!("secret:{name}-??????")))
        .collect();
    let made = Workload::new("named_secrets", move |day, dice| {
        let get = |(name, ending): &(&str, String)| named_secret(name, ending).at(dice.moment(day));
        names.iter().map(get).collect()
    });
    by_hand.into_iter().fold(made.never(never), |made, secret| {
        made.by_hand("secretsmanager:GetSecretValue", secret)
    })
}
