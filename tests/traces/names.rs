//! What people have named: sites, users, languages, mails. Words, some of them rare.

use super::calls::{object, object_arn};
use super::dice::{Dice, Regulars};
use super::workload::{Site, Workload, beside, elsewhere, keys};

const TRADES: [&str; 12] = [
    "bakery", "garage", "clinic", "studio", "cafe", "school", "hotel", "farm", "agency", "bikes",
    "books", "law",
];
const PEOPLE: [&str; 16] = [
    "smith", "garcia", "mueller", "rossi", "novak", "tanaka", "okafor", "larsen", "dubois",
    "kowalski", "ivanova", "silva", "khan", "nguyen", "meyer", "costa",
];

/// Pages of sites, which people name as they like.
pub(crate) fn sites_by_name(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("sites");
    let page = dice.pick(&["index.html", "site.json"]);
    let mut known = Regulars::new(10);
    let never = beside(
        "PutObject",
        &bucket,
        keys![
            "sites/bakery-smith/.htpasswd",
            "sites/bakery-smith/app.js",
            "sites/{page}",
            "sites-admin/bakery-smith/{page}",
            "certificates/bakery-smith/{page}",
        ],
    );
    let example = format!("sites/bakery-smith/{page}");
    let away = elsewhere(site, "PutObject", &bucket, &example);
    let hand = object_arn(&bucket, &format!("sites/*/{page}"));
    Workload::new("sites_by_name", move |day, dice| {
        let moments = dice.moments(day, (4, 9));
        let mut put = |at| {
            let name = known.next(dice, name_of_site);
            object("PutObject", &bucket, &format!("sites/{name}/{page}")).at(at)
        };
        moments.into_iter().map(&mut put).collect()
    })
    .never(never)
    .never(away)
    .by_hand("s3:PutObject", hand)
}

fn name_of_site(dice: &mut Dice) -> String {
    let (trade, person) = (dice.pick(&TRADES), dice.pick(&PEOPLE));
    match dice.below(3) {
        0 => format!("{trade}-{person}"),
        1 => format!("{person}{}", dice.below(100)),
        _ => format!("the-{person}-{trade}"),
    }
}

/// Pictures of users by the names that they chose.
pub(crate) fn users_by_name(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("profiles");
    let kind = dice.pick(&["png", "webp"]);
    let mut known = Regulars::new(14);
    let never = beside(
        "GetObject",
        &bucket,
        keys![
            "users/maria.silva/passport.{kind}",
            "users/maria.silva/messages/inbox.json",
            "users/_export.csv",
            "staff/maria.silva/avatar.{kind}",
            "users-blocked/maria.silva/avatar.{kind}",
            "users/maria.silva/avatar.{kind}.meta",
        ],
    );
    let away = elsewhere(
        site,
        "GetObject",
        &bucket,
        &format!("users/maria.silva/avatar.{kind}"),
    );
    let hand = object_arn(&bucket, &format!("users/*/avatar.{kind}"));
    Workload::new("users_by_name", move |day, dice| {
        let moments = dice.moments(day, (4, 9));
        let mut get = |at| {
            let user = known.next(dice, name_of_user);
            object("GetObject", &bucket, &format!("users/{user}/avatar.{kind}")).at(at)
        };
        moments.into_iter().map(&mut get).collect()
    })
    .never(never)
    .never(away)
    .by_hand("s3:GetObject", hand)
}

fn name_of_user(dice: &mut Dice) -> String {
    let first = dice.pick(&[
        "maria", "tom", "aiko", "lena", "sam", "olu", "ines", "pavel", "noor", "jo",
    ]);
    let last = dice.pick(&PEOPLE);
    match dice.below(3) {
        0 => format!("{first}.{last}"),
        1 => format!("{first}{}", dice.below(1000)),
        _ => format!("{last}_{}", dice.below(100)),
    }
}

/// Texts by language, of which some are rare: the list is closed, and yet not seen to its end.
pub(crate) fn translations(site: &Site, _: &mut Dice) -> Workload {
    const LANGUAGES: [&str; 24] = [
        "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt",
        "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
    ];
    let bucket = site.bucket("website");
    let mut known = Regulars::new(5);
    let never = [
        "i18n/keys/de.json",
        "i18n/_translators.json",
        "i18n/de.json.orig",
        "drafts/i18n/de.json",
        "admin/de.json",
    ];
    let never = beside("GetObject", &bucket, &never.map(str::to_owned));
    let away = elsewhere(site, "GetObject", &bucket, "i18n/de.json");
    let hand = object_arn(&bucket, "i18n/??.json");
    Workload::new("translations", move |day, dice| {
        let moments = dice.moments(day, (3, 7));
        let mut get = |at| {
            let language = known.next(dice, |dice| dice.pick(&LANGUAGES).to_owned());
            object("GetObject", &bucket, &format!("i18n/{language}.json")).at(at)
        };
        moments.into_iter().map(&mut get).collect()
    })
    .never(never)
    .never(away)
    .by_hand("s3:GetObject", hand)
}

/// Templates of mails, of which there are many and most are rare.
pub(crate) fn mail_templates(site: &Site, dice: &mut Dice) -> Workload {
    const NOUNS: [&str; 9] = [
        "order", "refund", "password", "account", "invoice", "trial", "review", "shipment",
        "coupon",
    ];
    const VERBS: [&str; 5] = ["confirmed", "reset", "expired", "reminder", "welcome"];
    let bucket = site.bucket("mail");
    let language = dice.pick(&["en", "de"]);
    let mut known = Regulars::new(6);
    let never = [
        format!("templates/{language}/smtp.key"),
        format!("outbox/{language}/order-confirmed.html"),
        format!("templates/{language}/partials/footer.html"),
        format!("templates-draft/{language}/order-confirmed.html"),
        "templates/senders.json".into(),
    ];
    let never = beside("GetObject", &bucket, &never);
    let example = format!("templates/{language}/order-confirmed.html");
    let away = elsewhere(site, "GetObject", &bucket, &example);
    let hand = object_arn(&bucket, &format!("templates/{language}/*-*.html"));
    Workload::new("mail_templates", move |day, dice| {
        let moments = dice.moments(day, (3, 7));
        let mut get = |at| {
            let name = known.next(dice, |dice| {
                format!("{}-{}", dice.pick(&NOUNS), dice.pick(&VERBS))
            });
            let key = format!("templates/{language}/{name}.html");
            object("GetObject", &bucket, &key).at(at)
        };
        moments.into_iter().map(&mut get).collect()
    })
    .never(never)
    .never(away)
    .by_hand("s3:GetObject", hand)
}
