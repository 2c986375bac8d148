//! A trail in a bucket: `prefix/AWSLogs/[o-…/]account/CloudTrail/region/yyyy/mm/dd/`.
//!
//! Folders are listed down to those of the wanted days, and no further: nothing outside the days is listed.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html>

use std::collections::VecDeque;
use std::env;
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, Region};
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use futures_util::{StreamExt, pin_mut, stream};
use tokio::sync::Semaphore;

use super::kept::Kept;
use super::{NotFetched, Part, Parts, Wanted, region};
use crate::iam::AccountId;
use crate::live::{Fault, next_page};
use crate::trail::{ASIDE, Source};

/// How many folders of a day are listed at the same time.
const LISTINGS: usize = 16;

/// How many objects are fetched at the same time.
const DOWNLOADS: usize = 32;

/// How much memory is set aside for what is fetched and not read yet, in MiB. An object that is larger has all of it.
const MEMORY: u32 = 256;

/// How often an object is fetched that breaks off; with growing pauses.
const ATTEMPTS: u32 = 4;

/// Where S3 alone is asked instead of at AWS.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
const ENDPOINT: &str = "AWS_ENDPOINT_URL_S3";

/// Fetches the objects of the wanted accounts and days.
pub(super) async fn send(
    sdk: &SdkConfig,
    (name, prefix): (&str, &str),
    wanted: &Wanted,
    parts: Parts,
) -> Result<(), NotFetched> {
    let bucket = Bucket::open(sdk, name).await;
    let folders = bucket.folders(prefix, wanted).await?;
    let kept = Kept(wanted.keep.as_deref());
    let memory = Arc::new(Semaphore::new(MEMORY as usize));
    let listed = stream::iter(folders)
        .map(|folder| bucket.objects(folder))
        .buffered(LISTINGS);
    let fetched = listed
        .flat_map(stream::iter)
        .map(|object| bucket.part(object, kept, Arc::clone(&memory)))
        .buffered(DOWNLOADS);
    pin_mut!(fetched);
    let mut some = false;
    while let Some(part) = fetched.next().await {
        let part = part?;
        match &part.bytes {
            Ok(_) => some = true,
            // No other part will fare better.
            Err(fault) if fault.is_of_credentials() => return Err(fault.clone().into()),
            Err(fault @ Fault::Denied { .. }) if !some => {
                return Err(unread(&part.source.to_string(), fault.clone()));
            }
            Err(_) => {}
        }
        if parts.send(part).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn unread(place: &str, fault: Fault) -> NotFetched {
    let place = place.to_owned();
    NotFetched::Unread { place, fault }
}

struct Bucket {
    client: Client,
    name: String,
}

/// An object, or a folder that cannot be listed.
struct Object {
    key: String,
    size: Result<u64, Fault>,
}

impl Bucket {
    /// A client for the Region in which the bucket is.
    async fn open(sdk: &SdkConfig, name: &str) -> Self {
        // What is asked instead of AWS may not know names of hosts for buckets.
        let stands_in = sdk.endpoint_url().is_some() || env::var_os(ENDPOINT).is_some();
        let client = |region: String| {
            let settings = Builder::from(sdk).region(Region::new(region));
            Client::from_conf(settings.force_path_style(stands_in).build())
        };
        let standard = region(sdk).unwrap_or("us-east-1").to_owned();
        let bucket = Bucket {
            client: client(standard),
            name: name.to_owned(),
        };
        // What else is wrong, the first listing says.
        let header = match bucket.client.head_bucket().bucket(name).send().await {
            Ok(_) => None,
            Err(error) => error.raw_response().and_then(|answer| {
                let region = answer.headers().get("x-amz-bucket-region");
                region.map(str::to_owned)
            }),
        };
        match header {
            Some(region) => Bucket {
                client: client(region),
                ..bucket
            },
            None => bucket,
        }
    }

    fn address(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.name)
    }

    /// The folders of the wanted days, in the order of their keys.
    async fn folders(&self, prefix: &str, wanted: &Wanted) -> Result<Vec<String>, NotFetched> {
        let parts: Vec<_> = prefix.split('/').filter(|part| !part.is_empty()).collect();
        let root = parts.iter().rposition(|part| *part == "AWSLogs");
        let (root, mut rest) = match root {
            Some(place) => (
                parts[..=place].join("/"),
                parts[place + 1..].iter().copied().collect(),
            ),
            None => (
                [&parts[..], &["AWSLogs"]].concat().join("/"),
                VecDeque::new(),
            ),
        };
        let accounts = self.accounts(&root, &mut rest).await?;
        let mut regions = Vec::new();
        for folder in self.of(wanted, &root, &accounts)? {
            for kind in self.within(folder, rest.pop_front()).await? {
                let name = last(&kind);
                if name.starts_with("CloudTrail") && !ASIDE.contains(&name) {
                    regions.extend(self.within(&kind, rest.pop_front()).await?);
                }
            }
        }
        if regions.is_empty() {
            return Err(NotFetched::NoLog(self.address(&root)));
        }
        let rest = Vec::from(rest).join("/");
        let days = wanted
            .days
            .each()
            .map(|day| day.strftime("%Y/%m/%d").to_string());
        let days: Vec<_> = days.filter(|day| day.starts_with(&rest)).collect();
        let of_days = |region: String| days.iter().map(move |day| format!("{region}/{day}/"));
        Ok(regions.into_iter().flat_map(of_days).collect())
    }

    /// The folders of accounts, those of an organization's among them.
    async fn accounts(
        &self,
        root: &str,
        rest: &mut VecDeque<&str>,
    ) -> Result<Vec<(AccountId, String)>, NotFetched> {
        let mut accounts = Vec::new();
        let mut take = |folder: String| {
            let account = last(&folder).parse().ok();
            accounts.extend(account.map(|account| (account, folder)));
        };
        for folder in self.within(root, rest.pop_front()).await? {
            match last(&folder).starts_with("o-") {
                true => {
                    let inside = self.within(&folder, rest.pop_front()).await?;
                    inside.into_iter().for_each(&mut take);
                }
                false => take(folder),
            }
        }
        Ok(accounts)
    }

    /// The folders of those accounts that are wanted.
    fn of<'a>(
        &self,
        wanted: &Wanted,
        root: &str,
        accounts: &'a [(AccountId, String)],
    ) -> Result<Vec<&'a str>, NotFetched> {
        let is_wanted = |account| wanted.accounts.is_empty() || wanted.accounts.contains(account);
        let of = accounts.iter().filter(|(account, _)| is_wanted(account));
        let of: Vec<_> = of.map(|(_, folder)| folder.as_str()).collect();
        match (of.is_empty(), accounts.is_empty()) {
            (true, true) => Err(NotFetched::NoLog(self.address(root))),
            (true, false) => {
                let mut found: Vec<_> = accounts.iter().map(|(account, _)| *account).collect();
                found.sort();
                found.dedup();
                Err(NotFetched::OtherAccounts {
                    place: self.address(root),
                    wanted: wanted.accounts.iter().copied().collect(),
                    found,
                })
            }
            (false, _) => Ok(of),
        }
    }

    /// The folders in a folder, or the one that is named.
    async fn within(&self, folder: &str, named: Option<&str>) -> Result<Vec<String>, NotFetched> {
        if let Some(name) = named {
            return Ok(vec![format!("{folder}/{name}")]);
        }
        let prefix = format!("{folder}/");
        let pages = self.list(&prefix, true).await;
        let pages = pages.map_err(|fault| unread(&self.address(&prefix), fault))?;
        let folders = pages.into_iter().flat_map(|page| page.common_prefixes);
        let folders = folders.flatten().filter_map(|folder| folder.prefix);
        Ok(folders
            .map(|folder| folder.trim_end_matches('/').to_owned())
            .collect())
    }

    /// The log files in a folder. That it cannot be listed is known by its name alone, as one that cannot be fetched.
    async fn objects(&self, folder: String) -> Vec<Object> {
        let pages = match self.list(&folder, false).await {
            Ok(pages) => pages,
            Err(fault) => {
                let key = format!("{folder}*");
                let size = Err(fault);
                return vec![Object { key, size }];
            }
        };
        let objects = pages.into_iter().flat_map(|page| page.contents).flatten();
        let objects = objects.filter_map(|object| {
            let key = object.key?;
            let size = Ok(object.size.and_then(|size| u64::try_from(size).ok())?);
            (key.ends_with(".json.gz") || key.ends_with(".json")).then_some(Object { key, size })
        });
        objects.collect()
    }

    async fn list(&self, prefix: &str, folders: bool) -> Result<Vec<ListObjectsV2Output>, Fault> {
        let mut pages = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let call = self.client.list_objects_v2().bucket(&self.name);
            let call = call.set_delimiter(folders.then(|| "/".to_owned()));
            let call = call.prefix(prefix).set_continuation_token(next.clone());
            let answer = call.send().await;
            let mut answer = answer.map_err(|error| Fault::of(&error, "s3:ListBucket"))?;
            let more = answer.is_truncated == Some(true);
            let token = answer.next_continuation_token.take();
            pages.push(answer);
            next = next_page(more, token, next.as_ref())?;
            if next.is_none() {
                return Ok(pages);
            }
        }
    }

    async fn part(
        &self,
        object: Object,
        kept: Kept<'_>,
        memory: Arc<Semaphore>,
    ) -> Result<Part, NotFetched> {
        let Object { key, size } = object;
        let source = Source::Fetched(self.address(&key).into());
        let size = match size {
            Ok(size) => size,
            Err(fault) => {
                let bytes = Err(fault);
                return Ok(Part {
                    source,
                    bytes,
                    _memory: None,
                });
            }
        };
        let name = format!("{}/{key}", self.name);
        let mebibytes = u32::try_from(size >> 20)
            .unwrap_or(MEMORY)
            .saturating_add(1);
        // In the order of the keys, which is that of the reader: the one that it waits for is never without.
        let memory = memory.acquire_many_owned(mebibytes.min(MEMORY)).await.ok();
        let bytes = match kept.read(&name, Some(size)) {
            Some(bytes) => Ok(bytes),
            None => {
                let bytes = self.whole(&key, size).await;
                if let Ok(bytes) = &bytes {
                    kept.write(&name, bytes)?;
                }
                bytes
            }
        };
        Ok(Part {
            source,
            bytes,
            _memory: memory,
        })
    }

    /// An object, as long as it was listed. One that breaks off is fetched again.
    async fn whole(&self, key: &str, size: u64) -> Result<Vec<u8>, Fault> {
        let mut attempt = 1;
        loop {
            match self.get(key, size).await {
                Err(Fault::NotUnderstood(_) | Fault::NoConnection(_)) if attempt < ATTEMPTS => {
                    tokio::time::sleep(Duration::from_millis(100 << (2 * attempt))).await;
                    attempt += 1;
                }
                ended => return ended,
            }
        }
    }

    async fn get(&self, key: &str, size: u64) -> Result<Vec<u8>, Fault> {
        let call = self.client.get_object().bucket(&self.name).key(key);
        let answer = call.send().await;
        let answer = answer.map_err(|error| Fault::of(&error, "s3:GetObject"))?;
        let bytes = answer.body.collect().await;
        let bytes =
            bytes.map_err(|error| Fault::NotUnderstood(format!("it breaks off: {error}")))?;
        let bytes = bytes.to_vec();
        match bytes.len() as u64 == size {
            true => Ok(bytes),
            false => Err(Fault::NotUnderstood(format!(
                "it has {} bytes, and {size} were listed",
                bytes.len()
            ))),
        }
    }
}

fn last(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}
