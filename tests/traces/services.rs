//! Tables, queues, executions, queries, tasks, functions, log streams.

use super::calls::{
    arn, execution, invoke, items, log_stream, object, object_arn, publish, queue, run_task,
    snapshot, start_execution, start_query, task,
};
use super::dates::{days_after, written};
use super::dice::Dice;
use super::workload::{Site, Workload, beside, keys};

const UUID: &str = "????????-????-????-????-????????????";

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
            let stream = format!("{}/[$LATEST]{}", day.strftime("%Y/%m/%d"), dice.hex(32));
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
    let never = ["payments", "orders.fifo", "refunds", "orders-priority"]
        .map(|other| queue("SendMessage", &format!("{stage}-{}-{other}", site.org)));
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

/// Starts executions and looks at them; their names are UUIDs.
pub(crate) fn executions_by_uuid(_: &Site, dice: &mut Dice) -> Workload {
    let machine = dice.pick(&["order-fulfilment", "OnboardCustomer"]);
    let never = [
        "refunds",
        "order-fulfilment-admin",
        "DeleteAccount",
        "payout",
    ]
    .map(|other| execution("DescribeExecution", other, &dice.uuid()));
    let starts = ["refunds", "DeleteAccount", "payout"].map(|other| start_execution(other, "x"));
    let of_machine = arn("states", &format!("stateMachine:{machine}"));
    let of_execution = arn("states", &format!("execution:{machine}:{UUID}"));
    Workload::new("executions_by_uuid", move |day, dice| {
        let mut calls = Vec::new();
        for at in dice.moments(day, (1, 4)) {
            let id = dice.uuid();
            calls.push(start_execution(machine, &id).at(at));
            calls.push(execution("DescribeExecution", machine, &id).at(at));
        }
        calls
    })
    .never(never)
    .never(starts)
    .by_hand("states:StartExecution", of_machine)
    .by_hand("states:DescribeExecution", of_execution)
}

/// Starts an execution a day and stops that of the day before; their names are dates.
pub(crate) fn executions_by_date(_: &Site, dice: &mut Dice) -> Workload {
    let machine = dice.pick(&["nightly-etl", "ReindexCatalogue"]);
    let never = [
        "billing-run",
        "nightly-etl-backfill",
        "payroll",
        "erase-users",
    ]
    .map(|other| execution("StopExecution", other, "2026-10-02"));
    let starts = ["billing-run", "payroll", "erase-users"].map(|other| start_execution(other, "x"));
    let of_machine = arn("states", &format!("stateMachine:{machine}"));
    let of_execution = arn("states", &format!("execution:{machine}:????-??-??"));
    Workload::new("executions_by_date", move |day, dice| {
        let at = dice.moment_at(day, 1);
        let name = |day: jiff::civil::Date| day.strftime("%Y-%m-%d").to_string();
        vec![
            start_execution(machine, &name(day)).at(at),
            execution("StopExecution", machine, &name(days_after(day, -1))).at(at),
        ]
    })
    .never(never)
    .never(starts)
    .by_hand("states:StartExecution", of_machine)
    .by_hand("states:StopExecution", of_execution)
}

/// Asks Athena and reads the answers, which it names by the query's id.
/// <https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html>
pub(crate) fn query_results(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = format!("{}-athena-results", site.org);
    let workgroup = dice.pick(&["analytics", "reports"]);
    let by_day = dice.once_in(2);
    let id = dice.uuid();
    let never = beside(
        "GetObject",
        &bucket,
        keys![
            "payroll/{id}.csv",
            "{workgroup}/{id}.txt",
            "{workgroup}/saved/passwords.csv",
            "{id}.csv",
            "{workgroup}-admin/{id}.csv",
        ],
    );
    let others = ["payroll", "primary", "analytics-admin"].map(start_query);
    let folder = if by_day { "????/??/??/" } else { "" };
    let [table, schema] = ["csv", "csv.metadata"]
        .map(|kind| object_arn(&bucket, &format!("{workgroup}/{folder}{UUID}.{kind}")));
    let of_workgroup = arn("athena", &format!("workgroup/{workgroup}"));
    Workload::new("query_results", move |day, dice| {
        let mut calls = Vec::new();
        for at in dice.moments(day, (1, 4)) {
            let folder = if by_day {
                written(at, "%Y/%m/%d/")
            } else {
                String::new()
            };
            let result = format!("{workgroup}/{folder}{}.csv", dice.uuid());
            calls.push(start_query(workgroup).at(at));
            calls.push(object("GetObject", &bucket, &result).at(at));
            calls.push(object("GetObject", &bucket, &format!("{result}.metadata")).at(at));
        }
        calls
    })
    .never(never)
    .never(others)
    .by_hand("s3:GetObject", table)
    .by_hand("s3:GetObject", schema)
    .by_hand("athena:StartQueryExecution", of_workgroup)
}

/// Runs tasks of a definition whose revision grows, looks at them and now and then stops one.
pub(crate) fn containers(_: &Site, dice: &mut Dice) -> Workload {
    let mut revision = dice.between(12, 70);
    let id = dice.hex(32);
    let tasks =
        ["payments", "prod-admin", "batch-dev"].map(|cluster| task("DescribeTasks", cluster, &id));
    let definitions = [
        "migrate-database:12",
        "render-admin:3",
        "shell:1",
        "render:latest",
    ]
    .map(|definition| run_task("batch", definition));
    let hex = "?".repeat(32);
    let of_task = arn("ecs", &format!("task/batch/{hex}"));
    let of_definition = arn("ecs", "task-definition/render:??");
    Workload::new("containers", move |day, dice| {
        revision += usize::from(dice.once_in(5) && revision < 99);
        let mut calls = Vec::new();
        for at in dice.moments(day, (1, 4)) {
            let id = dice.hex(32);
            calls.push(run_task("batch", &format!("render:{revision}")).at(at));
            calls.push(task("DescribeTasks", "batch", &id).at(at));
            if dice.once_in(60) {
                calls.push(task("StopTask", "batch", &id).at(at).rarely("too long"));
            }
        }
        calls
    })
    .never(tasks)
    .never(definitions)
    .by_hand("ecs:RunTask", of_definition)
    .by_hand("ecs:DescribeTasks ecs:StopTask", of_task)
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

/// Makes a snapshot of a database a day and throws away that of a week before.
pub(crate) fn database_snapshots(_: &Site, dice: &mut Dice) -> Workload {
    let database = dice.pick(&["orders", "warehouse"]);
    let format = dice.pick(&["nightly-%Y-%m-%d", "nightly-%Y%m%d-0300"]);
    let never = [
        format!("{database}-final"),
        format!("{database}-before-migration"),
        "payments-nightly-2026-10-02".into(),
        format!("{database}-monthly-2026-10-01"),
        "users-final".into(),
        format!("{database}-nightly"),
    ];
    let never: Vec<_> = never
        .iter()
        .map(|name| snapshot("DeleteDBSnapshot", name))
        .collect();
    let pattern = format.replace("%Y", "????");
    let pattern = pattern.replace("%m", "??").replace("%d", "??");
    let hand = arn("rds", &format!("snapshot:{database}-{pattern}"));
    Workload::new("database_snapshots", move |day, dice| {
        let name = |day: jiff::civil::Date| format!("{database}-{}", day.strftime(format));
        let at = dice.moment_at(day, 3);
        vec![
            snapshot("DescribeDBSnapshots", &name(day)).at(at),
            snapshot("DeleteDBSnapshot", &name(days_after(day, -7))).at(at),
        ]
    })
    .never(never)
    .by_hand("rds:DescribeDBSnapshots rds:DeleteDBSnapshot", hand)
}
