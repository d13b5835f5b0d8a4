//! What AWS's actions take: artifacts, configuration (user guide, "Action
//! structure reference" and "Valid input and output artifacts for each action type").

/// One type of action of AWS's own.
pub struct Type {
    pub category: &'static str,
    pub provider: &'static str,
    /// Fewest and most artifacts in, and out.
    pub inputs: (usize, usize),
    pub outputs: (usize, usize),
    pub required: &'static [&'static str],
    pub optional: &'static [&'static str],
}

const IMAGES: &[&str] = &[
    "TaskDefinitionTemplatePath",
    "AppSpecTemplatePath",
    "Image1ArtifactName",
    "Image1ContainerName",
    "Image2ArtifactName",
    "Image2ContainerName",
    "Image3ArtifactName",
    "Image3ContainerName",
    "Image4ArtifactName",
    "Image4ContainerName",
];

/// The types that are known here in all they take.
pub const TYPES: &[Type] = &[
    Type {
        category: "Source",
        provider: "CodeCommit",
        inputs: (0, 0),
        outputs: (1, 1),
        required: &["RepositoryName", "BranchName"],
        optional: &["PollForSourceChanges", "OutputArtifactFormat"],
    },
    Type {
        category: "Source",
        provider: "S3",
        inputs: (0, 0),
        outputs: (1, 1),
        required: &["S3Bucket", "S3ObjectKey"],
        optional: &["PollForSourceChanges", "AllowOverrideForS3ObjectKey"],
    },
    Type {
        category: "Source",
        provider: "ECR",
        inputs: (0, 0),
        outputs: (1, 1),
        required: &["RepositoryName"],
        optional: &["ImageTag"],
    },
    Type {
        category: "Source",
        provider: "CodeStarSourceConnection",
        inputs: (0, 0),
        outputs: (1, 1),
        required: &["ConnectionArn", "FullRepositoryId", "BranchName"],
        optional: &["OutputArtifactFormat", "DetectChanges"],
    },
    Type {
        category: "Build",
        provider: "CodeBuild",
        inputs: (1, 5),
        outputs: (0, 5),
        required: &["ProjectName"],
        optional: &["PrimarySource", "BatchEnabled", "CombineArtifacts", "EnvironmentVariables"],
    },
    Type {
        category: "Test",
        provider: "CodeBuild",
        inputs: (1, 5),
        outputs: (0, 5),
        required: &["ProjectName"],
        optional: &["PrimarySource", "BatchEnabled", "CombineArtifacts", "EnvironmentVariables"],
    },
    Type {
        category: "Deploy",
        provider: "CodeDeployToECS",
        inputs: (1, 5),
        outputs: (0, 0),
        required: &[
            "ApplicationName",
            "DeploymentGroupName",
            "TaskDefinitionTemplateArtifact",
            "AppSpecTemplateArtifact",
        ],
        optional: IMAGES,
    },
    Type {
        category: "Deploy",
        provider: "ECS",
        inputs: (1, 1),
        outputs: (0, 0),
        required: &["ClusterName", "ServiceName"],
        optional: &["FileName", "DeploymentTimeout"],
    },
    Type {
        category: "Deploy",
        provider: "CodeDeploy",
        inputs: (1, 1),
        outputs: (0, 0),
        required: &["ApplicationName", "DeploymentGroupName"],
        optional: &[],
    },
    Type {
        category: "Approval",
        provider: "Manual",
        inputs: (0, 0),
        outputs: (0, 0),
        required: &[],
        optional: &["NotificationArn", "CustomData", "ExternalEntityLink", "ApprovalTimeout"],
    },
];

/// Types of AWS's own that are known by name.
pub const OTHERS: &[(&str, &str)] = &[
    ("Build", "ECRBuildAndPublish"),
    ("Compute", "Commands"),
    ("Test", "DeviceFarm"),
    ("Deploy", "AppConfig"),
    ("Deploy", "CloudFormation"),
    ("Deploy", "CloudFormationStackInstances"),
    ("Deploy", "CloudFormationStackSet"),
    ("Deploy", "EC2"),
    ("Deploy", "EKS"),
    ("Deploy", "ElasticBeanstalk"),
    ("Deploy", "Lambda"),
    ("Deploy", "OpsWorks"),
    ("Deploy", "S3"),
    ("Deploy", "ServiceCatalog"),
    ("Invoke", "CodePipeline"),
    ("Invoke", "InspectorScan"),
    ("Invoke", "Lambda"),
    ("Invoke", "StepFunctions"),
];

/// The type of an action of AWS's, if it is known here in all it takes.
pub fn known(category: &str, provider: &str) -> Option<&'static Type> {
    TYPES.iter().find(|one| one.category == category && one.provider == provider)
}
