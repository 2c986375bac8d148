//! The partitions of AWS, each with Regions of its own.

/// A partition.
///
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    name: &'static str,
    /// How the names of its Regions begin.
    begin: &'static str,
    /// Its Regions, that of services without a Region first; of secret partitions no others are known.
    regions: &'static [&'static str],
}

/// The first is that of all Regions that are of no other.
///
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
const PARTITIONS: [Partition; 8] = [
    of(
        "aws",
        "",
        &[
            "us-east-1",
            "af-south-1",
            "ap-east-1",
            "ap-east-2",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-south-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "ap-southeast-5",
            "ap-southeast-6",
            "ap-southeast-7",
            "ca-central-1",
            "ca-west-1",
            "eu-central-1",
            "eu-central-2",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "il-central-1",
            "me-central-1",
            "me-south-1",
            "mx-central-1",
            "sa-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ],
    ),
    of("aws-cn", "cn-", &["cn-north-1", "cn-northwest-1"]),
    of("aws-us-gov", "us-gov-", &["us-gov-west-1", "us-gov-east-1"]),
    of("aws-eusc", "eusc-", &["eusc-de-east-1"]),
    of("aws-iso", "us-iso-", &["us-iso-east-1", "us-iso-west-1"]),
    of("aws-iso-b", "us-isob-", &["us-isob-east-1"]),
    of("aws-iso-e", "eu-isoe-", &["eu-isoe-west-1"]),
    of("aws-iso-f", "us-isof-", &["us-isof-south-1"]),
];

const fn of(
    name: &'static str,
    begin: &'static str,
    regions: &'static [&'static str],
) -> Partition {
    Partition {
        name,
        begin,
        regions,
    }
}

impl Partition {
    /// That of a Region.
    ///
    /// ```
    /// # use tightrope::iam::Partition;
    /// for (region, name, global_region) in [
    ///     ("eu-central-1", "aws", "us-east-1"),
    ///     ("us-gov-east-1", "aws-us-gov", "us-gov-west-1"),
    ///     ("cn-northwest-1", "aws-cn", "cn-north-1"),
    /// ] {
    ///     let partition = Partition::of_region(region);
    ///     assert_eq!((partition.name(), partition.global_region()), (name, global_region));
    /// }
    /// ```
    #[must_use]
    pub fn of_region(region: &str) -> Self {
        let [standard, others @ ..] = PARTITIONS;
        let of_region = |partition: &Partition| region.starts_with(partition.begin);
        others.into_iter().find(of_region).unwrap_or(standard)
    }

    /// Its name, as ARNs have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The Region in which services without a Region, such as IAM, record their events.
    ///
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html>
    #[must_use]
    pub fn global_region(self) -> &'static str {
        self.regions.first().copied().unwrap_or_default()
    }

    /// The Regions that are known of it, whether an account has them enabled or not.
    pub fn regions(self) -> impl Iterator<Item = &'static str> {
        self.regions.iter().copied()
    }
}
