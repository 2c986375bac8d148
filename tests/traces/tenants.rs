//! What is named after customers and tenants.

use super::calls::{arn, items, list, object, object_arn, queue};
use super::dates::written;
use super::dice::{Dice, Regulars};
use super::workload::{Site, Workload, beside, elsewhere, keys};

const TENANTS: [&str; 12] = [
    "acme",
    "globex",
    "initech",
    "umbrella",
    "hooli",
    "stark",
    "wayne",
    "wonka",
    "cyberdyne",
    "tyrell",
    "soylent",
    "oscorp",
];

/// Invoices of customers, a few of whom come every day and most of whom once: a heavy tail.
pub(crate) fn customers(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("billing");
    let prefix = dice.pick(&["cust-", "", "CUS_"]);
    let mut known = Regulars::new(9);
    let mut number = dice.between(10_000, 40_000);
    let never = beside(
        "PutObject",
        &bucket,
        keys![
            "customers/{prefix}100234/card-numbers.csv",
            "customers/{prefix}100234/contracts/2026.pdf",
            "customers/index.json",
            "employees/{prefix}100234/invoices/INV-20001.pdf",
            "customers-deleted/{prefix}100234/invoices/INV-20001.pdf",
            "customers/{prefix}100234/invoices/INV-20001.pdf.tmp",
        ],
    );
    let example = format!("customers/{prefix}100234/invoices/INV-20001.pdf");
    let away = elsewhere(site, "PutObject", &bucket, &example);
    let pattern = format!("customers/{prefix}??????/invoices/INV-?????.pdf");
    let hand = object_arn(&bucket, &pattern);
    Workload::new("customers", move |day, dice| {
        let moments = dice.moments(day, (4, 9));
        let mut put = |at| {
            let id = known.next(dice, |dice| dice.digits(6));
            number += 1;
            let key = format!("customers/{prefix}{id}/invoices/INV-{number}.pdf");
            object("PutObject", &bucket, &key).at(at)
        };
        moments.into_iter().map(&mut put).collect()
    })
    .never(never)
    .never(away)
    .by_hand("s3:PutObject", hand)
}

/// A function that serves a few tenants, each with a bucket; the other tenants are not its.
pub(crate) fn few_buckets(site: &Site, dice: &mut Dice) -> Workload {
    let org = site.org;
    let tenants = dice.some(&TENANTS, 9);
    let (own, others) = (tenants[..3].to_vec(), tenants[3..].to_vec());
    let bucket = move |tenant: &str| format!("{org}-tenant-{tenant}");
    let day = written(site.later, "%Y-%m-%d");
    let foreign = others
        .iter()
        .map(|tenant| object("GetObject", &bucket(tenant), &format!("inbox/{day}.json")));
    let foreign: Vec<_> = foreign.collect();
    let never = beside(
        "GetObject",
        &bucket(own[0]),
        keys![
            "inbox/private.key",
            "outbox/{day}.json",
            "settings/{day}.json"
        ],
    );
    let by_hand: Vec<_> = own
        .iter()
        .map(|tenant| object_arn(&bucket(tenant), "inbox/????-??-??.json"))
        .collect();
    let made = Workload::new("few_buckets", move |day, dice| {
        let get = |tenant: &&'static str| {
            let key = day.strftime("inbox/%Y-%m-%d.json").to_string();
            object("GetObject", &bucket(tenant), &key).at(dice.moment_at(day, 5))
        };
        own.iter().map(get).collect()
    });
    let made = made.never(foreign).never(never);
    by_hand
        .into_iter()
        .fold(made, |made, pattern| made.by_hand("s3:GetObject", pattern))
}

/// A bucket for each tenant, with more tenants from month to month.
pub(crate) fn growing_buckets(site: &Site, _: &mut Dice) -> Workload {
    let org = site.org;
    let mut known = Regulars::new(6);
    let never = [
        object(
            "PutObject",
            &format!("{org}-tenant-admin"),
            "exports/latest.csv",
        ),
        object(
            "PutObject",
            &format!("{org}-tenantdata-0a1b2c3d-archive"),
            "exports/latest.csv",
        ),
        object(
            "PutObject",
            &format!("{org}-logs-0a1b2c3d"),
            "exports/latest.csv",
        ),
        object(
            "PutObject",
            &format!("{org}-terraform-state"),
            "exports/latest.csv",
        ),
    ];
    let inside = beside(
        "PutObject",
        &format!("{org}-tenantdata-0a1b2c3d"),
        keys![
            "exports/users.csv",
            "imports/latest.csv",
            "index.html",
            "backup/latest.csv"
        ],
    );
    let hand = object_arn(&format!("{org}-tenantdata-????????"), "exports/latest.csv");
    Workload::new("growing_buckets", move |day, dice| {
        let moments = dice.moments(day, (3, 7));
        let mut put = |at| {
            let tenant = known.next(dice, |dice| dice.hex(8));
            let bucket = format!("{org}-tenantdata-{tenant}");
            object("PutObject", &bucket, "exports/latest.csv").at(at)
        };
        moments.into_iter().map(&mut put).collect()
    })
    .never(never)
    .never(inside)
    .by_hand("s3:PutObject", hand)
}

/// A table for each tenant of one part of a product, with new tenants now and then.
pub(crate) fn table_per_tenant(_: &Site, dice: &mut Dice) -> Workload {
    let part = dice.pick(&["bookings", "tickets", "notes"]);
    let mut known = Regulars::new(7);
    let table = move |tenant: &str| format!("tenant_{tenant}_{part}");
    let never = [
        "tenant_00a1b2_users".to_owned(),
        "tenant_00a1b2_payments".into(),
        format!("tenant_00a1b2_{part}_backup"),
        format!("{part}_archive"),
        format!("staging_tenant_00a1b2_{part}"),
        "platform_admins".into(),
        format!("tenant_00a1b2_{part}/index/by_email"),
    ];
    let never: Vec<_> = never.iter().map(|table| items("Query", table)).collect();
    let scans = ["tenant_registry", "users"].map(|table| items("PutItem", table));
    let hand = arn("dynamodb", &format!("table/tenant_??????_{part}"));
    Workload::new("table_per_tenant", move |day, dice| {
        let moments = dice.moments(day, (3, 7));
        let mut calls = Vec::new();
        for at in moments {
            let table = table(&known.next(dice, |dice| dice.hex(6)));
            calls.push(items("Query", &table).at(at));
            calls.push(items("PutItem", &table).at(at));
        }
        calls
    })
    .never(never)
    .never(scans)
    .by_hand("dynamodb:Query dynamodb:PutItem", hand)
}

/// A function of one tenant, whose id is a UUID that stays: no reason to open it.
pub(crate) fn single_tenant(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("customer-space");
    let tenant = dice.uuid();
    let others: Vec<_> = (0..4).map(|_| dice.uuid()).collect();
    let day = written(site.later, "%Y/%m/%d");
    let foreign: Vec<_> = others
        .iter()
        .map(|other| format!("tenants/{other}/inbox/{day}/order.xml"))
        .collect();
    let foreign = beside("GetObject", &bucket, &foreign);
    let never = beside(
        "GetObject",
        &bucket,
        keys![
            "tenants/{tenant}/keys/private.pem",
            "tenants/{tenant}/inbox/{day}/order.xml.asc",
            "tenants/index.json",
        ],
    );
    let other = list(&format!("{}-customer-space-eu", site.org), "tenants/");
    let example = format!("tenants/{tenant}/inbox/{day}/order.xml");
    let away = elsewhere(site, "GetObject", &bucket, &example);
    let pattern = format!("tenants/{tenant}/inbox/????/??/??/order.xml");
    let hand = object_arn(&bucket, &pattern);
    let listed = format!("arn:aws:s3:::{bucket}");
    Workload::new("single_tenant", move |day, dice| {
        let folder = format!("tenants/{tenant}/inbox/{}/", day.strftime("%Y/%m/%d"));
        let at = dice.moment_at(day, 7);
        vec![
            list(&bucket, &folder).at(at),
            object("GetObject", &bucket, &format!("{folder}order.xml")).at(at),
        ]
    })
    .never(foreign)
    .never(never)
    .never(away)
    .never([other])
    .by_hand("s3:GetObject", hand)
    .by_hand("s3:ListBucket", listed)
}

/// Sends each tenant's messages to the tenant's queue.
pub(crate) fn queue_per_tenant(_: &Site, dice: &mut Dice) -> Workload {
    let task = dice.pick(&["emails", "webhooks"]);
    let mut known = Regulars::new(8);
    let never = [
        format!("tenant-4711-{task}-dlq"),
        "tenant-4711-payments".into(),
        format!("admin-{task}"),
        "payments".into(),
        format!("tenant-4711-{task}.fifo"),
        format!("dev-tenant-4711-{task}"),
        format!("tenant-4711-{task}-priority"),
        "invoices".into(),
    ];
    let never: Vec<_> = never
        .iter()
        .map(|name| queue("SendMessage", name))
        .collect();
    let hand = arn("sqs", &format!("tenant-????-{task}"));
    Workload::new("queue_per_tenant", move |day, dice| {
        let moments = dice.moments(day, (3, 8));
        let mut send = |at| {
            let id = known.next(dice, |dice| dice.between(1000, 9999).to_string());
            queue("SendMessage", &format!("tenant-{id}-{task}")).at(at)
        };
        moments.into_iter().map(&mut send).collect()
    })
    .never(never)
    .by_hand("sqs:SendMessage", hand)
}
