//! Objects by made-up names: uploads, images, videos, builds.

use super::calls::{object, object_arn};
use super::dates::written;
use super::dice::Dice;
use super::workload::{Site, Workload, beside, elsewhere, keys};

const UUID: &str = "????????-????-????-????-????????????";

/// Checks each upload and moves it to the clean ones; what is infected goes into quarantine, which is rare.
pub(crate) fn uploads_by_uuid(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("uploads");
    let kind = dice.pick(&["pdf", "png", "csv"]);
    let id = dice.uuid();
    let never = beside(
        "GetObject",
        &bucket,
        keys![
            "incoming/{id}.exe",
            "identity-documents/{id}.{kind}",
            "incoming/admin/{id}.{kind}",
            "clean/{id}.{kind}",
            "incoming/manifest.json",
        ],
    );
    let put_never = beside(
        "PutObject",
        &bucket,
        keys![
            "incoming/{id}.{kind}",
            "clean/{id}.html",
            "clean-archive/{id}.{kind}",
        ],
    );
    let away = elsewhere(site, "GetObject", &bucket, &format!("incoming/{id}.{kind}"));
    let [incoming, clean, infected] = ["incoming", "clean", "quarantine"]
        .map(|folder| object_arn(&bucket, &format!("{folder}/{UUID}.{kind}")));
    Workload::new("uploads_by_uuid", move |day, dice| {
        let moments = dice.moments(day, (2, 5));
        let mut calls = Vec::new();
        for at in moments {
            let name = format!("{}.{kind}", dice.uuid());
            let mut on = |event, folder: &str, path| {
                let call = object(event, &bucket, &format!("{folder}/{name}"));
                calls.push(call.at(at).rarely(path));
            };
            on("GetObject", "incoming", "");
            if dice.once_in(150) {
                on("PutObject", "quarantine", "infected");
            } else {
                on("PutObject", "clean", "");
            }
            on("DeleteObject", "incoming", "");
        }
        calls
    })
    .never(never)
    .never(put_never)
    .never(away)
    .by_hand("s3:GetObject s3:DeleteObject", incoming)
    .by_hand("s3:PutObject", clean)
    .by_hand("s3:PutObject", infected)
}

/// What people call their photographs.
fn photograph(dice: &mut Dice) -> String {
    let words = ["beach", "sunset", "Lena", "office", "team", "dog", "Rome"];
    match dice.below(4) {
        0 => format!("IMG_{}", dice.digits(4)),
        1 => format!("{}-{}", dice.pick(&words), dice.below(200)),
        2 => format!("PXL_2026{}_{}", dice.digits(4), dice.digits(9)),
        _ => dice.uuid(),
    }
}

/// Reads a photograph and writes it in each size.
pub(crate) fn thumbnails(site: &Site, _: &mut Dice) -> Workload {
    let bucket = site.bucket("media");
    let never = beside(
        "GetObject",
        &bucket,
        keys![
            "originals/private-albums.json",
            "thumbs/64/beach-1.jpg",
            "passports/IMG_0001.jpg",
            "originals-deleted/IMG_0001.jpg",
            "originals/IMG_0001.jpg.xmp",
        ],
    );
    let put_never = beside(
        "PutObject",
        &bucket,
        keys![
            "originals/IMG_0001.jpg",
            "thumbs/index.html",
            "thumbs/1024/IMG_0001.svg",
            "covers/256/IMG_0001.jpg",
        ],
    );
    let away = elsewhere(site, "GetObject", &bucket, "originals/IMG_0001.jpg");
    let [read, write] =
        ["originals/*.jpg", "thumbs/*/*.jpg"].map(|pattern| object_arn(&bucket, pattern));
    Workload::new("thumbnails", move |day, dice| {
        let mut calls = Vec::new();
        for at in dice.moments(day, (1, 4)) {
            let name = photograph(dice);
            let original = format!("originals/{name}.jpg");
            calls.push(object("GetObject", &bucket, &original).at(at));
            for size in [64, 256, 1024] {
                let thumb = format!("thumbs/{size}/{name}.jpg");
                calls.push(object("PutObject", &bucket, &thumb).at(at));
            }
        }
        calls
    })
    .never(never)
    .never(put_never)
    .never(away)
    .by_hand("s3:GetObject", read)
    .by_hand("s3:PutObject", write)
}

/// Reads the build of a commit and publishes it.
pub(crate) fn build_artefacts(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("artifacts");
    let project = dice.pick(&["storefront", "checkout-ui", "docs"]);
    let (commit, short) = (dice.hex(40), dice.pick(&[40, 7, 12]));
    let never = beside(
        "GetObject",
        &bucket,
        keys![
            "{project}/{commit}/.env",
            "{project}/signing-key.pem",
            "payments/{commit}/bundle.zip",
            "{project}-private/{commit}/bundle.zip",
            "{project}/{commit}/source-map.json",
            "{project}/pull-requests/{commit}/bundle.zip",
        ],
    );
    let key = move |commit: &str| format!("{project}/{}/bundle.zip", &commit[..short]);
    let away = elsewhere(site, "GetObject", &bucket, &key(&commit));
    let hand = object_arn(&bucket, &key(&"?".repeat(40)));
    Workload::new("build_artefacts", move |day, dice| {
        let moments = dice.moments(day, (1, 4));
        let mut calls = Vec::new();
        for at in moments {
            let key = key(&dice.hex(40));
            for event in ["HeadObject", "GetObject"] {
                calls.push(object(event, &bucket, &key).at(at));
            }
        }
        calls
    })
    .never(never)
    .never(away)
    .by_hand("s3:GetObject", hand)
}

/// Documents by ids that begin with the time.
pub(crate) fn documents_by_ulid(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("documents");
    let id = dice.ulid(site.later);
    let never = beside(
        "PutObject",
        &bucket,
        keys![
            "contracts/{id}/signature.p12",
            "contracts/template.docx",
            "personnel/{id}/v1.docx",
            "contracts/{id}/v1.docx.exe",
            "contracts-signed/{id}/v1.docx",
            "contracts/{id}/attachments/v1.docx",
        ],
    );
    let away = elsewhere(
        site,
        "PutObject",
        &bucket,
        &format!("contracts/{id}/v1.docx"),
    );
    let pattern = format!("contracts/{}/v?.docx", "?".repeat(26));
    let hand = object_arn(&bucket, &pattern);
    Workload::new("documents_by_ulid", move |day, dice| {
        let moments = dice.moments(day, (2, 6));
        let mut calls = Vec::new();
        for at in moments {
            let id = dice.ulid(at);
            for version in 1..=dice.pick(&[1, 1, 1, 2, 3]) {
                let key = format!("contracts/{id}/v{version}.docx");
                calls.push(object("PutObject", &bucket, &key).at(at));
            }
        }
        calls
    })
    .never(never)
    .never(away)
    .by_hand("s3:PutObject", hand)
}

/// Cuts videos into counted segments.
pub(crate) fn video_segments(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("video");
    let id = dice.alphanumeric(11);
    let never = beside(
        "PutObject",
        &bucket,
        keys![
            "hls/{id}/drm.key",
            "hls/{id}/720p/segment00001.mp4",
            "masters/{id}/720p/segment00001.ts",
            "hls/player.js",
            "hls-preview/{id}/720p/segment00001.ts",
        ],
    );
    let key = |id: &str, segment| format!("hls/{id}/720p/segment{segment:05}.ts");
    let away = elsewhere(site, "PutObject", &bucket, &key(&id, 1));
    let [segments, index] = ["hls/*/720p/segment?????.ts", "hls/*/index.m3u8"]
        .map(|pattern| object_arn(&bucket, pattern));
    Workload::new("video_segments", move |day, dice| {
        let mut calls = Vec::new();
        for at in dice.moments(day, (0, 2)) {
            let id = dice.alphanumeric(11);
            for segment in 0..dice.between(2, 5) {
                calls.push(object("PutObject", &bucket, &key(&id, segment)).at(at));
            }
            let index = format!("hls/{id}/index.m3u8");
            calls.push(object("PutObject", &bucket, &index).at(at));
        }
        calls
    })
    .never(never)
    .never(away)
    .by_hand("s3:PutObject", segments)
    .by_hand("s3:PutObject", index)
}

/// Builds by a number that grows, and now and then a release by its version.
pub(crate) fn releases(site: &Site, dice: &mut Dice) -> Workload {
    let bucket = site.bucket("releases");
    let (mut build, mut minor) = (dice.between(300, 1500), dice.between(4, 30));
    let stamp = written(site.later, "%Y%m%d");
    let never = beside(
        "PutObject",
        &bucket,
        keys![
            "builds/1999/app.zip.asc",
            "builds/latest.zip",
            "releases/v3.99.0/install.sh",
            "hotfix/v3.99.0/app.zip",
            "builds-{stamp}/1999/app.zip",
        ],
    );
    let away = elsewhere(site, "PutObject", &bucket, "builds/1999/app.zip");
    let [of_build, of_release] =
        ["builds/*/app.zip", "releases/v3.*/app.zip"].map(|key| object_arn(&bucket, key));
    Workload::new("releases", move |day, dice| {
        let mut calls = Vec::new();
        for at in dice.moments(day, (1, 3)) {
            build += 1;
            let key = format!("builds/{build}/app.zip");
            calls.push(object("PutObject", &bucket, &key).at(at));
            if dice.once_in(5) {
                minor += 1;
                let key = format!("releases/v3.{minor}.{}/app.zip", dice.below(3));
                calls.push(object("PutObject", &bucket, &key).at(at).rarely("release"));
            }
        }
        calls
    })
    .never(never)
    .never(away)
    .by_hand("s3:PutObject", of_build)
    .by_hand("s3:PutObject", of_release)
}
