//! The partitions of AWS, each with Regions of its own.

/// A partition.
///
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    name: &'static str,
    /// How the names of its Regions begin.
    regions: &'static str,
    global_region: &'static str,
}

/// The first is that of all Regions that are of no other.
const PARTITIONS: [Partition; 8] = [
    of("aws", "", "us-east-1"),
    of("aws-cn", "cn-", "cn-north-1"),
    of("aws-us-gov", "us-gov-", "us-gov-west-1"),
    of("aws-eusc", "eusc-", "eusc-de-east-1"),
    of("aws-iso", "us-iso-", "us-iso-east-1"),
    of("aws-iso-b", "us-isob-", "us-isob-east-1"),
    of("aws-iso-e", "eu-isoe-", "eu-isoe-west-1"),
    of("aws-iso-f", "us-isof-", "us-isof-south-1"),
];

const fn of(name: &'static str, regions: &'static str, global_region: &'static str) -> Partition {
    Partition {
        name,
        regions,
        global_region,
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
        let of_region = |partition: &Partition| region.starts_with(partition.regions);
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
        self.global_region
    }
}
