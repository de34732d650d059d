// SPDX-License-Identifier: Apache-2.0

/// How one metric of a pipeline's executions is judged; a pipeline has one rule for each metric at most.
package struct AnomalyRule: Sendable, Equatable {
    /// Its id.
    package let id: Int64
    /// The pipeline.
    package var pipelineID: Int64
    /// The metric.
    package var metric: AnomalyMetric
    /// How strict it is.
    package var settings: Settings
    /// When it was created.
    package let createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp?

    /// How strict a rule is; what is not said is as the interface promises it.
    package struct Settings: Sendable, Equatable {
        /// How many standard deviations from the mean are still usual, 1 to 10.
        package var zThreshold = 3.0
        /// How many days before the start of an execution count, 1 to 365.
        package var lookbackDays: Int64 = 30
        /// How many executions of the same hour are enough to leave those of other hours out, 5 to 1000.
        package var minimumExecutions: Int64 = 30
        /// Whether executions are judged by it.
        package var isActive = true

        /// The settings of a rule of which nothing is said.
        package init() {}
    }

    /// Makes a rule.
    package init(
        id: Int64,
        pipelineID: Int64,
        metric: AnomalyMetric,
        settings: Settings,
        createdAt: Timestamp,
        updatedAt: Timestamp?
    ) {
        self.id = id
        self.pipelineID = pipelineID
        self.metric = metric
        self.settings = settings
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// What a request says of a rule's settings.
package struct AnomalySettingsUpdate: Sendable, Equatable {
    /// How many standard deviations from the mean are still usual.
    package var zThreshold: Update<Double>
    /// How many days count.
    package var lookbackDays: Update<Int64>
    /// How many executions of the same hour are enough.
    package var minimumExecutions: Update<Int64>
    /// Whether executions are judged by it.
    package var isActive: Update<Bool>

    /// Makes an update; without arguments, none.
    package init(
        zThreshold: Update<Double> = .keep,
        lookbackDays: Update<Int64> = .keep,
        minimumExecutions: Update<Int64> = .keep,
        isActive: Update<Bool> = .keep
    ) {
        self.zThreshold = zThreshold
        self.lookbackDays = lookbackDays
        self.minimumExecutions = minimumExecutions
        self.isActive = isActive
    }

    /// The settings after the update.
    package func applied(to stored: AnomalyRule.Settings) -> AnomalyRule.Settings {
        var settings = stored
        settings.zThreshold = self.zThreshold.applied(to: stored.zThreshold)
        settings.lookbackDays = self.lookbackDays.applied(to: stored.lookbackDays)
        settings.minimumExecutions = self.minimumExecutions.applied(to: stored.minimumExecutions)
        settings.isActive = self.isActive.applied(to: stored.isActive)
        return settings
    }
}

/// What a patch of a rule says.
package struct AnomalyRulePatch: Sendable, Equatable {
    /// Its new pipeline.
    package var pipelineID: Update<Int64>
    /// Its new metric.
    package var metric: Update<AnomalyMetric>
    /// How strict it is.
    package var settings: AnomalySettingsUpdate

    /// Makes a patch; without arguments, none.
    package init(
        pipelineID: Update<Int64> = .keep,
        metric: Update<AnomalyMetric> = .keep,
        settings: AnomalySettingsUpdate = AnomalySettingsUpdate()
    ) {
        self.pipelineID = pipelineID
        self.metric = metric
        self.settings = settings
    }

    /// The rule after the patch; equal to `stored` when nothing changes.
    package func applied(to stored: AnomalyRule, now: Timestamp) -> AnomalyRule {
        var rule = stored
        rule.pipelineID = self.pipelineID.applied(to: stored.pipelineID)
        rule.metric = self.metric.applied(to: stored.metric)
        rule.settings = self.settings.applied(to: stored.settings)
        if rule != stored { rule.updatedAt = now }
        return rule
    }
}
