//! Tables, queues, topics, functions.

use super::calls::{arn, invoke, items, publish, queue};
use super::dates::{days_after, written};
use super::dice::Dice;
use super::workload::{Site, Workload};

/// A few tables and an index, always the same.
pub(crate) fn tables_and_indexes(_: &Site, dice: &mut Dice) -> Workload {
    let stage = dice.pick(&["prod-", "", "eu-live-"]);
    let never = [
        "orders-archive",
        "users",
        "payments",
        "order_items_backup",
        "sessions",
        "orders/index/by-email",
    ];
    let never = never.map(|table| items("Query", &format!("{stage}{table}")));
    let writes =
        ["customers", "orders-staging"].map(|table| items("PutItem", &format!("{stage}{table}")));
    let [orders, lines, index] = ["orders", "order_items", "orders/index/by-customer"]
        .map(|table| arn("dynamodb", &format!("table/{stage}{table}")));
    Workload::new("tables_and_indexes", move |day, dice| {
        let on = |event, table| items(event, &format!("{stage}{table}"));
        let mut calls = Vec::new();
        for at in dice.moments(day, (1, 4)) {
            calls.push(on("GetItem", "orders").at(at));
            calls.push(on("Query", "order_items").at(at));
            calls.push(on("Query", "orders/index/by-customer").at(at));
            calls.push(on("PutItem", "orders").at(at));
            if dice.once_in(120) {
                let failed = on("DeleteItem", "orders").at(at);
                calls.push(
                    failed
                        .rarely("rollback")
                        .failing("ConditionalCheckFailedException"),
                );
            }
        }
        calls
    })
    .never(never)
    .never(writes)
    .by_hand(
        "dynamodb:GetItem dynamodb:PutItem dynamodb:DeleteItem",
        orders,
    )
    .by_hand("dynamodb:Query", lines)
    .by_hand("dynamodb:Query", index)
}

/// A table a day or a month, as AWS advises for time series.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-time-series.html>
pub(crate) fn tables_by_date(_: &Site, dice: &mut Dice) -> Workload {
    let format = dice.pick(&["events_%Y_%m_%d", "events-%Y%m%d", "events.%Y-%m-%d"]);
    let pattern = format.replace("%Y", "????");
    let pattern = pattern.replace("%m", "??").replace("%d", "??");
    let never = [
        "users",
        "payments",
        "events",
        "event_subscribers",
        "admin_events_2026_10_02",
        "events_2026_10_02_pii",
        "events_backup",
        "sessions",
    ];
    let never = never.map(|table| items("PutItem", table));
    let hand = arn("dynamodb", &format!("table/{pattern}"));
    Workload::new("tables_by_date", move |day, dice| {
        let mut calls = Vec::new();
        for at in dice.moments(day, (1, 4)) {
            calls.push(items("PutItem", &written(at, format)).at(at));
            calls.push(items("Query", &days_after(day, -1).strftime(format).to_string()).at(at));
        }
        calls
    })
    .never(never)
    .by_hand("dynamodb:PutItem dynamodb:Query", hand)
}

/// A queue, its dead letters when something goes wrong, and a topic.
pub(crate) fn queues_and_topics(site: &Site, dice: &mut Dice) -> Workload {
    let stage = dice.pick(&["prod", "live"]);
    let name = format!("{stage}-{}-orders", site.org);
    let never = [
        "payments",
        "orders.fifo",
        "refunds",
        "orders-priority",
        "orders-dlq",
    ]
    .map(|other| queue("ReceiveMessage", &format!("{stage}-{}-{other}", site.org)));
    let topics = ["admin-alerts", "orders-internal", "sms"]
        .map(|topic| publish(&format!("{stage}-{topic}")));
    let topic = format!("{stage}-order-events");
    let [own, dead] = [name.clone(), format!("{name}-dlq")].map(|name| arn("sqs", &name));
    let of_topic = arn("sns", &topic);
    Workload::new("queues_and_topics", move |day, dice| {
        let mut calls = Vec::new();
        for at in dice.moments(day, (1, 5)) {
            calls.push(queue("ReceiveMessage", &name).at(at));
            calls.push(queue("DeleteMessage", &name).at(at));
            calls.push(publish(&topic).at(at));
            if dice.once_in(120) {
                let dead = queue("SendMessage", &format!("{name}-dlq"));
                calls.push(dead.at(at).rarely("dead letter"));
            }
        }
        calls
    })
    .never(never)
    .never(topics)
    .by_hand("sqs:ReceiveMessage sqs:DeleteMessage", own)
    .by_hand("sqs:SendMessage", dead)
    .by_hand("sns:Publish", of_topic)
}

/// Calls a function by an alias that stays, and another by a version that grows.
pub(crate) fn function_versions(_: &Site, dice: &mut Dice) -> Workload {
    let mut version = dice.between(20, 60);
    let never = [
        ("prices", "dev"),
        ("prices-admin", "live"),
        ("payments", "live"),
        ("tax", "live"),
        ("refund", "31"),
        ("delete-user", "12"),
        ("prices-live", "live"),
        ("tax-export", "31"),
    ];
    let never = never.map(|(function, qualifier)| invoke(function, qualifier));
    let [alias, versions] =
        ["function:prices:live", "function:tax:??"].map(|name| arn("lambda", name));
    Workload::new("function_versions", move |day, dice| {
        version += usize::from(dice.once_in(4) && version < 99);
        let mut calls = Vec::new();
        for at in dice.moments(day, (1, 4)) {
            calls.push(invoke("prices", "live").at(at));
            calls.push(invoke("tax", &version.to_string()).at(at));
        }
        calls
    })
    .never(never)
    .by_hand("lambda:InvokeFunction", alias)
    .by_hand("lambda:InvokeFunction", versions)
}
