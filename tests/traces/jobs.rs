//! Executions, queries, tasks and snapshots.

use jiff::civil::Date;

use super::calls::{
    arn, execution, object, object_arn, run_task, snapshot, start_execution, start_query, task,
};
use super::dates::{days_after, written};
use super::dice::Dice;
use super::workload::{Site, Workload, beside, keys};

const UUID: &str = "????????-????-????-????-????????????";

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
    let starts =
        ["refunds", "DeleteAccount", "payout", "approve"].map(|other| start_execution(other, "x"));
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
    let starts = ["billing-run", "payroll", "erase-users", "close-books"]
        .map(|other| start_execution(other, "x"));
    let of_machine = arn("states", &format!("stateMachine:{machine}"));
    let of_execution = arn("states", &format!("execution:{machine}:????-??-??"));
    Workload::new("executions_by_date", move |day, dice| {
        let at = dice.moment_at(day, 1);
        let name = |day: Date| day.strftime("%Y-%m-%d").to_string();
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
    let bucket = site.bucket("athena-results");
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
        "render-gpu:12",
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
        format!("{database}-yearly-2025"),
        "audit-final".into(),
    ];
    let never: Vec<_> = never
        .iter()
        .map(|name| snapshot("DeleteDBSnapshot", name))
        .collect();
    let pattern = format.replace("%Y", "????");
    let pattern = pattern.replace("%m", "??").replace("%d", "??");
    let hand = arn("rds", &format!("snapshot:{database}-{pattern}"));
    Workload::new("database_snapshots", move |day, dice| {
        let name = |day: Date| format!("{database}-{}", day.strftime(format));
        let at = dice.moment_at(day, 3);
        vec![
            snapshot("DescribeDBSnapshots", &name(day)).at(at),
            snapshot("DeleteDBSnapshot", &name(days_after(day, -7))).at(at),
        ]
    })
    .never(never)
    .by_hand("rds:DescribeDBSnapshots rds:DeleteDBSnapshot", hand)
}
