//! Readers of log streams.

use super::calls::{arn, log_stream};
use super::dates::{days_after, written};
use super::dice::Dice;
use super::workload::{Site, Workload};

/// Reads the log streams of one function, which Lambda names by day and chance.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html>
pub(crate) fn log_streams(_: &Site, dice: &mut Dice) -> Workload {
    let group = dice.pick(&["/aws/lambda/orders", "/aws/lambda/checkout-prod"]);
    let others = [
        "/aws/lambda/payments",
        "/aws/lambda/orders-admin",
        "/aws/rds/instance/orders/audit",
        "/aws/codebuild/deploy",
        "vpc-flow-logs",
        "/aws/lambda/auth",
        "/aws/lambda/checkout-prod-canary",
        "/aws/apigateway/welcome",
        "/ecs/shop",
    ];
    let never: Vec<_> = others
        .iter()
        .map(|group| log_stream(group, &format!("2026/10/02/[$LATEST]{}", dice.hex(32))))
        .collect();
    let pattern = format!(
        "log-group:{group}:log-stream:????/??/??/[$LATEST]{}",
        "?".repeat(32)
    );
    let hand = arn("logs", &pattern);
    Workload::new("log_streams", move |day, dice| {
        let moments = dice.moments(day, (2, 5));
        let read = |at| {
            let began = written(dice.before(at, 20_000), "%Y/%m/%d");
            let stream = format!("{began}/[$LATEST]{}", dice.hex(32));
            log_stream(group, &stream).at(at)
        };
        moments.into_iter().map(read).collect()
    })
    .never(never)
    .by_hand("logs:GetLogEvents", hand)
}

/// Reads the streams of containers and of a function's versions, of the day before.
pub(crate) fn streams_of_versions(_: &Site, dice: &mut Dice) -> Workload {
    let mut version = dice.between(11, 60);
    let task = "worker/app";
    let never = [
        ("/ecs/shop", format!("database/app/{}", dice.hex(32))),
        ("/ecs/payments", format!("{task}/{}", dice.hex(32))),
        (
            "/aws/lambda/payments",
            format!("2026/10/02/[12]{}", dice.hex(32)),
        ),
        ("/aws/lambda/prices", "audit".to_owned()),
        ("/ecs/shop", "worker/sidecar/secrets".to_owned()),
        ("/ecs/shop-admin", format!("{task}/{}", dice.hex(32))),
        ("/aws/lambda/prices", format!("replay/{}", dice.hex(32))),
        ("/aws/rds/instance/prices/error", "prices".to_owned()),
    ];
    let never: Vec<_> = never
        .iter()
        .map(|(group, stream)| log_stream(group, stream))
        .collect();
    let hex = "?".repeat(32);
    let of_function = format!("log-group:/aws/lambda/prices:log-stream:????/??/??/[??]{hex}");
    let of_task = format!("log-group:/ecs/shop:log-stream:{task}/{hex}");
    let [of_function, of_task] = [of_function, of_task].map(|stream| arn("logs", &stream));
    Workload::new("streams_of_versions", move |day, dice| {
        version += usize::from(dice.once_in(6) && version < 99);
        let moments = dice.moments(day, (1, 3));
        let mut calls = Vec::new();
        for at in moments {
            let before = days_after(day, -1);
            let folder = before.strftime("%Y/%m/%d");
            let stream = format!("{folder}/[{version}]{}", dice.hex(32));
            calls.push(log_stream("/aws/lambda/prices", &stream).at(at));
            let stream = format!("{task}/{}", dice.hex(32));
            calls.push(log_stream("/ecs/shop", &stream).at(at));
        }
        calls
    })
    .never(never)
    .by_hand("logs:GetLogEvents", of_function)
    .by_hand("logs:GetLogEvents", of_task)
}
